package org.gradcam4j.benchmarks;

import java.util.Arrays;

/**
 * A number in several rounds.
 *
 * @param median the middle one, or the mean of the middle two
 * @param least the least
 * @param most the largest
 * @param rounds how many
 */
record Spread(double median, double least, double most, int rounds) {
  /** Of at least one number. */
  static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no numbers: expected at least one");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return new Spread((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1], n);
  }
}
