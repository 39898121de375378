package org.gradcam4j.evaluation.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.gradcam4j.evaluation.head.Truth.ABSENT;
import static org.gradcam4j.evaluation.head.Truth.IGNORED;
import static org.gradcam4j.evaluation.head.Truth.SHOWN;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeadReportTest {
  private static final List<double[]> SCORES =
      List.of(
          new double[] {4, 1, 0},
          new double[] {3, 2, 0},
          new double[] {2, 3, 0},
          new double[] {1, 4, 0});

  private static Truth[] image(Truth... truth) {
    return truth;
  }

  @Test
  void imagesThatDoNotCountAreLeftOut() {
    // For the first class the image of rank 1 does not count: the order is no, yes, yes.
    List<Truth[]> truth =
        List.of(
            image(IGNORED, ABSENT, ABSENT),
            image(ABSENT, ABSENT, ABSENT),
            image(SHOWN, SHOWN, ABSENT),
            image(SHOWN, SHOWN, ABSENT));
    HeadReport report = HeadReport.of(List.of("a", "b", "c"), SCORES, truth);
    assertThat(report.classes().get(0).averagePrecision()).isCloseTo(2.0 / 3, within(1e-15));
    assertThat(report.classes().get(0).counted()).isEqualTo(3);
    assertThat(report.classes().get(0).shown()).isEqualTo(2);
    assertThat(report.classes().get(1).averagePrecision()).isEqualTo(1);
    // No image shows the third: it is not in the mean.
    assertThat(report.classes().get(2).averagePrecision()).isNaN();
    assertThat(report.meanAveragePrecision()).isCloseTo((2.0 / 3 + 1) / 2, within(1e-15));
    assertThat(report.interval().low()).isLessThan(report.meanAveragePrecision());
    assertThat(report.interval().high()).isEqualTo(1);
    assertThat(HeadReport.meanAveragePrecision(SCORES, truth))
        .isEqualTo(report.meanAveragePrecision());
  }
}
