package org.gradcam4j.evaluation.metric;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;

/**
 * How well two maps agree on what is more important, -1 to 1. Undefined (NaN) where a map is
 * constant.
 *
 * <ul>
 *   <li>Spearman: Pearson's correlation of the ranks, where equal values share the mean of their
 *       ranks.
 *   <li>Kendall, tau-b: {@code (C - D) / sqrt((n0 - n1) (n0 - n2))} with C pairs in the same order
 *       and D in opposite order of n0 = n (n - 1) / 2, n1 of them tied in the one map, n2 in the
 *       other.
 *   <li>Pearson: {@code sum (x - mx) (y - my) / sqrt(sum (x - mx)^2 sum (y - my)^2)}.
 * </ul>
 *
 * <p>Kendall, Rank Correlation Methods, 1948; as a measure of faithfulness: Selvaraju et al.,
 * Grad-CAM, IJCV 2019, section 5.3.
 */
public final class RankCorrelation {
  private static final String SOURCE =
      "Selvaraju et al., Grad-CAM, IJCV 2019, section 5.3 (which rank correlation it is, the paper"
          + " does not say)";

  /** Spearman's. */
  public static final Metric SPEARMAN =
      metric(
          "rank-correlation",
          "Spearman's rank correlation of the map with the occlusion map of the same class, equal"
              + " values sharing the mean of their ranks; undefined where either is constant.");

  /** Kendall's. */
  public static final Metric KENDALL =
      metric(
          "kendall-correlation",
          "Kendall's tau-b of the map with the occlusion map of the same class; undefined where"
              + " either is constant.");

  /** Pearson's. */
  public static final Metric PEARSON =
      metric(
          "pearson-correlation",
          "Pearson's correlation of the map with the occlusion map of the same class; undefined"
              + " where either is constant.");

  /** All three. */
  public static final List<Metric> METRICS = List.of(SPEARMAN, KENDALL, PEARSON);

  private RankCorrelation() {}

  /** Spearman's. */
  public static double spearman(float[] a, float[] b) {
    return spearmanOfRanks(ranks(a), ranks(b));
  }

  /** Spearman's, of the {@link #ranks} of both maps: each map need be ranked only once. */
  public static double spearmanOfRanks(double[] a, double[] b) {
    checkSizes(a.length, b.length);
    return correlation(a, b);
  }

  /** Kendall's tau-b, in n log n. */
  public static double kendall(float[] a, float[] b) {
    check(a, b);
    return new KendallsCorrelation().correlation(doubles(a), doubles(b));
  }

  /** Pearson's. */
  public static double pearson(float[] a, float[] b) {
    check(a, b);
    return correlation(doubles(a), doubles(b));
  }

  private static void check(float[] a, float[] b) {
    checkSizes(a.length, b.length);
    checkFinite(a);
    checkFinite(b);
  }

  private static void checkSizes(int a, int b) {
    if (a != b || a < 2) {
      throw new IllegalArgumentException(
          "maps of %d and %d values: expected the same number, at least 2".formatted(a, b));
    }
  }

  private static void checkFinite(float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "value %d of a map is %s: it cannot be ranked".formatted(i, values[i]));
      }
    }
  }

  /** From 1, equal values sharing the mean of theirs. */
  public static double[] ranks(float[] values) {
    checkFinite(values);
    FloatOrder order = new FloatOrder(values);
    double[] ranks = new double[values.length];
    int from = 0;
    for (int to = 1; to <= ranks.length; to++) {
      if (to == ranks.length || !order.areEqual(from, to)) {
        for (int i = from; i < to; i++) {
          ranks[order.place(i)] = (from + 1 + to) / 2.0;
        }
        from = to;
      }
    }
    return ranks;
  }

  /** The library takes -0 for less than 0, and ties between them for none. */
  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i] + 0.0;
    }
    return doubles;
  }

  /**
   * In two passes. (The library's takes the root of 1 less a quotient: near 0 it is right to 8
   * digits only.)
   */
  private static double correlation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double products = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      double da = a[i] - meanA;
      double db = b[i] - meanB;
      products += da * db;
      squaresA += da * da;
      squaresB += db * db;
    }
    if (isConstant(a) || isConstant(b)) {
      return Double.NaN;
    }
    double correlation = products / (Math.sqrt(squaresA) * Math.sqrt(squaresB));
    // Rounding may carry it beyond.
    return Math.max(-1, Math.min(1, correlation));
  }

  /** By the values: their sum of squares need not come out as 0. */
  private static boolean isConstant(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == values[0]);
  }

  private static Metric metric(String name, String definition) {
    return new Metric(name, Direction.HIGHER, Unit.NUMBER, Aggregation.MEAN, definition, SOURCE);
  }
}
