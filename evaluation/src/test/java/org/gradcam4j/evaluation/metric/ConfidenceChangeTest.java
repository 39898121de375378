package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;

class ConfidenceChangeTest {
  private static final float[] INPUT = {8, -4, 2, 6};
  private static final SaliencyMap MAP = TestMaps.of(new float[] {4, -1});

  /** An eighth of the first value. */
  private static final Scorer FIRST =
      inputs -> inputs.stream().mapToDouble(x -> x[0] / 8).toArray();

  @Test
  void theImageIsDimmedByTheMap() {
    assertThat(ConfidenceChange.explained(INPUT, MAP)).containsExactly(8, -0f, 2, 0);
    assertThat(ConfidenceChange.explained(INPUT, TestMaps.of(new float[] {1, 2})))
        .containsExactly(4, -4, 1, 6);
  }

  @Test
  void dropIsAShareOfWhatItWas() {
    assertThat(values(FIRST, MAP)).containsExactly(0, 0);
    assertThat(values(FIRST, TestMaps.of(new float[] {1, 4}))).containsExactly(75, 0);
    assertThat(ConfidenceChange.drop(0.5, 0.125)).isEqualTo(75);
    assertThat(ConfidenceChange.drop(0, 0)).isNaN();
  }

  @Test
  void aRiseIsNoDrop() {
    Scorer scorer = inputs -> inputs.stream().mapToDouble(x -> 0.5 + x[1] / 100).toArray();
    assertThat(values(scorer, MAP)).containsExactly(0, 100);
  }

  @Test
  void aMapOfZerosIsUndefined() {
    assertThat(values(FIRST, TestMaps.constant(1, 2, 0))).containsExactly(Double.NaN, Double.NaN);
  }

  @Test
  void aMapOfOnesChangesNothing() {
    assertThat(values(FIRST, TestMaps.constant(1, 2, 3))).containsExactly(0, 0);
  }

  private static double[] values(Scorer scorer, SaliencyMap map) {
    List<Observation> observations = ConfidenceChange.of("m", scorer, INPUT, map);
    return observations.stream().mapToDouble(o -> o.values()[0]).toArray();
  }
}
