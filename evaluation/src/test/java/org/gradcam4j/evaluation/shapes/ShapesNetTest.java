package org.gradcam4j.evaluation.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.gradcam4j.zoo.network.ShapesNet;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** The weights that ship with the project do what the project says of them. */
class ShapesNetTest {
  /** A seed of neither the training nor its own report. */
  private static final long SEED = 2026;

  @Test
  void namesAndFindsShapesInScenesItNeverSaw() {
    NetworkAdapter adapter = Zoo.find("shapes");
    ShapesReport report = ShapesReport.of(adapter.load(DataType.FLOAT), SEED, 300, 300);

    assertThat(report.meanAveragePrecision()).isGreaterThanOrEqualTo(0.95);
    assertThat(report.gradCam().maps()).isGreaterThan(350);
    assertThat(report.gradCam().maximumInOwn()).isGreaterThanOrEqualTo(0.90);
    assertThat(report.gradCam().maximumInOther()).isLessThan(0.05);
    assertThat(report.gradCam().meanInOwn()).isGreaterThan(3 * report.gradCam().meanInOther());
    assertThat(report.counterfactual().maximumInOwn()).isLessThan(0.2);
  }

  @Test
  void isFirstInTheZooAndAsLargeAsItSays() {
    assertThat(Zoo.models().get(0).id()).isEqualTo("shapes");
    assertThat(ShapesNet.shapes().graph(DataType.FLOAT).numParams())
        .isEqualTo(ShapesNet.shapes().parameters());
  }
}
