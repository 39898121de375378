package org.gradcam4j.zoo;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The lines that docs/adding-a-network.md adds to the tests; the fixtures are its script's. */
class NetworkRecipeTest {
  @Test
  void theFactsAgreeWithTheGraph() {
    new ZooTest().factsAgreeWithTheGraph("nin");
    new ZooTest().parametersAreThePublishedOnes("nin", 7_595_176);
    new ZooTest().thePlansOutputIsStockDeeplearning4js("nin");
  }

  @Test
  void theNetworkIsPyTorchs() throws IOException {
    new FormulaNetworksTest().equalsPyTorch("nin", "pool1");
  }
}
