package org.gradcam4j.evaluation.metric;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * The bootstrap's percentile interval: a statistic of the sample drawn anew, with replacement, a
 * thousand times, from the same seed always.
 *
 * <p>Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
 */
public final class Bootstrap {
  private static final int DRAWS = 1000;
  private static final double OUTSIDE = 0.025;
  private static final long SEED = 20171022;

  private Bootstrap() {}

  /**
   * An interval of 95 %.
   *
   * @param low its lower end
   * @param high its upper end
   */
  public record Interval(double low, double high) {}

  /**
   * The interval of a statistic.
   *
   * @param size how many there are to draw from
   * @param statistic given how often each was drawn; draws for which it is NaN are left out
   */
  public static Interval interval(int size, ToDoubleFunction<int[]> statistic) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] values = new double[DRAWS];
    int[] drawn = new int[size];
    for (int d = 0; d < DRAWS; d++) {
      Arrays.fill(drawn, 0);
      for (int i = 0; i < size; i++) {
        // nextLong alone is specified: ranges may be drawn otherwise in another release.
        drawn[(int) ((random.nextLong() >>> 11) * 0x1p-53 * size)]++;
      }
      values[d] = statistic.applyAsDouble(drawn);
    }
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return sorted.length == 0
        ? new Interval(Double.NaN, Double.NaN)
        : new Interval(quantile(sorted, OUTSIDE), quantile(sorted, 1 - OUTSIDE));
  }

  /** Each once: the sample itself. */
  static int[] once(int size) {
    int[] drawn = new int[size];
    Arrays.fill(drawn, 1);
    return drawn;
  }

  /** Between neighbours in proportion, as NumPy's default. */
  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
