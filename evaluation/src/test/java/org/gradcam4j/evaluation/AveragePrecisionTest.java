package org.gradcam4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AveragePrecisionTest {
  private static final boolean YES = true;
  private static final boolean NO = false;

  @Test
  void areaUnderTheHighestPrecisionFromEachRecallOn() {
    // Ranked: yes no no yes yes. Precision at each yes: 1, 2/4, 3/5; from each recall on the
    // highest is 1, 3/5, 3/5.
    double ap =
        AveragePrecision.of(
            new double[] {0.1, 0.9, 0.5, 0.7, 0.3}, new boolean[] {YES, YES, NO, NO, YES});
    assertThat(ap).isCloseTo((1 + 0.6 + 0.6) / 3, within(1e-15));
  }

  @Test
  void oneIsPerfectAndTheWorstIsTheShareThatRemains() {
    double[] scores = {4, 3, 2, 1};
    assertThat(AveragePrecision.of(scores, new boolean[] {YES, YES, NO, NO})).isEqualTo(1);
    assertThat(AveragePrecision.of(scores, new boolean[] {NO, NO, NO, YES})).isEqualTo(0.25);
  }

  @Test
  void imagesOfEqualScoreComeInTogether() {
    // One point only: recall 1 at precision 1/3, in whatever order they stand.
    double[] equal = {0.5, 0.5, 0.5};
    assertThat(AveragePrecision.of(equal, new boolean[] {YES, NO, NO}))
        .isEqualTo(AveragePrecision.of(equal, new boolean[] {NO, NO, YES}))
        .isCloseTo(1.0 / 3, within(1e-15));
  }

  @Test
  void elevenPointsTakeTheHighestPrecisionFromEachTenthOn() {
    // Recalls 1/3, 2/3, 1: four tenths at 1, the other seven at 3/5.
    AveragePrecision precision =
        new AveragePrecision(
            new double[] {0.1, 0.9, 0.5, 0.7, 0.3}, new boolean[] {YES, YES, NO, NO, YES});
    assertThat(precision.elevenPoints()).isCloseTo((4 + 7 * 0.6) / 11, within(1e-15));
    assertThat(new AveragePrecision(new double[2], new boolean[2]).elevenPoints()).isNaN();
  }

  @Test
  void anImageDrawnTwiceIsTwoOfEqualScore() {
    double[] scores = {0.9, 0.8, 0.7, 0.6, 0.5};
    boolean[] shown = {NO, YES, NO, YES, YES};
    double drawn = new AveragePrecision(scores, shown).area(new int[] {2, 1, 0, 3, 0});
    double written =
        AveragePrecision.of(
            new double[] {0.9, 0.9, 0.8, 0.6, 0.6, 0.6},
            new boolean[] {NO, NO, YES, YES, YES, YES});
    assertThat(drawn).isEqualTo(written);
    assertThat(new AveragePrecision(scores, shown).area(new int[] {1, 0, 1, 0, 0})).isNaN();
  }

  @Test
  void noImageOfTheClassHasNoPrecision() {
    assertThat(AveragePrecision.of(new double[] {1}, new boolean[] {NO})).isNaN();
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> AveragePrecision.of(new double[2], new boolean[3]))
        .hasMessage("2 scores and 3 answers: expected one score an answer");
    assertThatThrownBy(() -> AveragePrecision.of(new double[] {Double.NaN}, new boolean[1]))
        .hasMessageContaining("NaN");
  }
}
