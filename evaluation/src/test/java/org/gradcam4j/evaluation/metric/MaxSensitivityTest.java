package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class MaxSensitivityTest {
  private static final MaxSensitivity SENSITIVITY = new MaxSensitivity(0.5, 200, 1);

  @Test
  void aMapThatDoesNotDependOnTheInputIsNotSensitive() {
    assertThat(SENSITIVITY.of(each(x -> new float[] {1, 2}), new float[] {5})).isZero();
  }

  @Test
  void ofOnePixelTheLargestChangeComesNearTheRadius() {
    // |L(x + d) - L(x)| / |L(x)| = |d| / 2, at most 1/4.
    double value = SENSITIVITY.of(each(x -> new float[] {3 * x[0]}), new float[] {2});
    assertThat(value).isBetween(0.24, 0.25);
  }

  @Test
  void changesStayInTheCubeAndAreTheLargestOfThose() {
    List<float[]> seen = new ArrayList<>();
    float[] input = {1, -2, 3};
    double value =
        SENSITIVITY.of(
            inputs -> {
              seen.addAll(inputs);
              return inputs;
            },
            input);
    assertThat(seen).hasSize(201);
    double largest = 0;
    for (float[] x : seen) {
      double squares = 0;
      for (int i = 0; i < 3; i++) {
        assertThat(Math.abs(x[i] - input[i])).isLessThanOrEqualTo(0.5f);
        squares += ((double) x[i] - input[i]) * ((double) x[i] - input[i]);
      }
      largest = Math.max(largest, Math.sqrt(squares));
    }
    assertThat(value).isCloseTo(largest / Math.sqrt(14), within(1e-12));
    assertThat(input).containsExactly(1, -2, 3);
  }

  @Test
  void scaleDoesNotMatterAndTheSeedDecides() {
    Function<List<float[]>, List<float[]>> one = each(x -> new float[] {x[0] * x[1], x[1]});
    Function<List<float[]>, List<float[]>> eight =
        each(x -> new float[] {8 * x[0] * x[1], 8 * x[1]});
    float[] input = {2, 3};
    assertThat(SENSITIVITY.of(one, input)).isEqualTo(SENSITIVITY.of(eight, input));
    assertThat(SENSITIVITY.of(one, input))
        .isNotEqualTo(new MaxSensitivity(0.5, 200, 2).of(one, input));
  }

  @Test
  void aMapOfZerosIsUndefined() {
    assertThat(SENSITIVITY.of(each(x -> new float[1]), new float[] {5})).isNaN();
  }

  @Test
  void badOptionsAreNamed() {
    assertThatThrownBy(() -> new MaxSensitivity(0, 10, 0))
        .hasMessage("a radius of 0.0 and 10 samples: expected more than 0 and at least 1");
  }

  private static Function<List<float[]>, List<float[]>> each(Function<float[], float[]> map) {
    return inputs -> inputs.stream().map(map).toList();
  }
}
