package org.gradcam4j.benchmarks;

/**
 * What a ratio is held to.
 *
 * @param value the limit
 * @param most whether the ratio may not be larger; else it may not be smaller
 */
record Limit(double value, boolean most) {
  static Limit atMost(double value) {
    return new Limit(value, true);
  }

  static Limit atLeast(double value) {
    return new Limit(value, false);
  }

  boolean isMetBy(double ratio) {
    return most ? ratio <= value : ratio >= value;
  }
}
