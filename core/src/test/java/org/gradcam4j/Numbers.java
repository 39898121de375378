package org.gradcam4j;

/** Comparisons of many numbers, which AssertJ's take seconds for. */
public final class Numbers {
  private Numbers() {}

  /** The largest difference of two numbers at the same place; NaN if there is one. */
  public static double largestDifference(double[] actual, double[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError(actual.length + " numbers, expected " + expected.length);
    }
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
    }
    return largest;
  }
}
