package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.gradcam4j.evaluation.metric.Bootstrap.Interval;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void ofAMeanItComesNearTheNormalInterval() {
    // Mean +- 1.96 s / sqrt(n); a thousand draws know their ends to a few per cent of the width.
    double[] sample = new Random(1).doubles(400).toArray();
    double mean = mean(sample);
    double half = 1.959964 * Math.sqrt(variance(sample, mean) / sample.length);
    Interval interval = Bootstrap.interval(sample.length, drawn -> weighted(sample, drawn));
    assertThat(interval.low()).isCloseTo(mean - half, within(0.15 * half));
    assertThat(interval.high()).isCloseTo(mean + half, within(0.15 * half));
  }

  @Test
  void itCoversTheTruthNineteenTimesInTwenty() {
    Random random = new Random(2);
    int covered = 0;
    for (int i = 0; i < 400; i++) {
      double[] sample = random.doubles(100).map(u -> u < 0.3 ? 100 : 0).toArray();
      Interval interval = Bootstrap.interval(sample.length, drawn -> weighted(sample, drawn));
      covered += interval.low() <= 30 && 30 <= interval.high() ? 1 : 0;
    }
    // 380 expected; the standard deviation is 4.4.
    assertThat(covered).isBetween(362, 395);
  }

  @Test
  void numpysByAnotherGenerator() throws Exception {
    float[] sample = new float[300];
    Random random = new Random(3);
    for (int i = 0; i < sample.length; i++) {
      sample[i] = (float) Math.exp(random.nextGaussian());
    }
    double[] numpys =
        Python.run(
                """
                import sys
                import numpy as np
                x = np.array(sys.stdin.readline().split(), dtype=np.float32).astype(float)
                draws = np.random.default_rng(0).integers(0, len(x), (20000, len(x)))
                print(*np.percentile(x[draws].mean(axis=1), [2.5, 97.5]))
                """,
                List.of(Python.line(sample)))
            .get(0);
    double[] doubles = new double[sample.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = sample[i];
    }
    Interval interval = Bootstrap.interval(doubles.length, drawn -> weighted(doubles, drawn));
    double width = numpys[1] - numpys[0];
    assertThat(interval.low()).isCloseTo(numpys[0], within(0.06 * width));
    assertThat(interval.high()).isCloseTo(numpys[1], within(0.06 * width));
  }

  @Test
  void itIsTheSameEveryTime() {
    double[] sample = {1, 4, 2, 8, 5, 7};
    assertThat(Bootstrap.interval(6, drawn -> weighted(sample, drawn)))
        .isEqualTo(Bootstrap.interval(6, drawn -> weighted(sample, drawn)));
  }

  @Test
  void eachDrawIsAsLargeAsTheSample() {
    Bootstrap.interval(
        37,
        drawn -> {
          int sum = 0;
          for (int times : drawn) {
            sum += times;
          }
          assertThat(sum).isEqualTo(37);
          return 0;
        });
  }

  @Test
  void undefinedDrawsAreLeftOut() {
    // Without the first of two images the statistic is undefined.
    assertThat(Bootstrap.interval(2, drawn -> drawn[0] > 0 ? 5 : Double.NaN))
        .isEqualTo(new Interval(5, 5));
    assertThat(Bootstrap.interval(2, drawn -> Double.NaN))
        .isEqualTo(new Interval(Double.NaN, Double.NaN));
  }

  private static double weighted(double[] sample, int[] drawn) {
    double sum = 0;
    for (int i = 0; i < sample.length; i++) {
      sum += drawn[i] * sample[i];
    }
    return sum / sample.length;
  }

  private static double mean(double[] sample) {
    double sum = 0;
    for (double value : sample) {
      sum += value;
    }
    return sum / sample.length;
  }

  private static double variance(double[] sample, double mean) {
    double sum = 0;
    for (double value : sample) {
      sum += (value - mean) * (value - mean);
    }
    return sum / sample.length;
  }
}
