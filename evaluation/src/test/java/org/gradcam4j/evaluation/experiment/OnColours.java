package org.gradcam4j.evaluation.experiment;

import org.gradcam4j.Explainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests on the network of {@link Colours}, which is opened once for a class. */
abstract class OnColours {
  static Explainer explainer;

  @BeforeAll
  static void network() {
    explainer = Colours.explainer(Colours.graph());
  }

  @AfterAll
  static void close() {
    explainer.close();
  }
}
