package org.gradcam4j.method;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * A raw map, not normalised: one value a cell of a layer, or one a channel and pixel of the input.
 *
 * @param channels 1, or the input's channels in the network's order
 * @param height rows
 * @param width columns
 * @param values {@code [channels, height, width]} in row-major order; not copied
 * @param scoreDifference by a method that promises completeness, the difference of scores that the
 *     values sum to up to the method's error; else empty
 */
public record SaliencyMap(
    int channels, int height, int width, float[] values, OptionalDouble scoreDifference) {
  /** Checks that sizes and values agree. */
  public SaliencyMap {
    if (values.length != channels * height * width) {
      throw new IllegalArgumentException(
          values.length + " values for a map of " + channels + "x" + height + "x" + width);
    }
  }

  /** A map that promises no sum. */
  public SaliencyMap(int channels, int height, int width, float[] values) {
    this(channels, height, width, values, OptionalDouble.empty());
  }

  /**
   * The sizes for files: {@code [H, W]}, or {@code [C, H, W]} for a map of the input's channels.
   */
  public int[] shape() {
    return channels == 1 ? new int[] {height, width} : new int[] {channels, height, width};
  }

  /** The value at a cell. */
  public float at(int channel, int row, int column) {
    return values[(channel * height + row) * width + column];
  }

  /** The largest value. */
  public float max() {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  /** The sum of all values. */
  public double sum() {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  /** Row and column of the largest value of a one-channel map, the first of equals. */
  public int[] argMax() {
    int best = 0;
    for (int i = 1; i < height * width; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return new int[] {best / width, best % width};
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SaliencyMap map
        && channels == map.channels
        && height == map.height
        && width == map.width
        && Arrays.equals(values, map.values)
        && scoreDifference.equals(map.scoreDifference);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values) + 31 * height;
  }

  @Override
  public String toString() {
    return "SaliencyMap[" + channels + "x" + height + "x" + width + "]";
  }
}
