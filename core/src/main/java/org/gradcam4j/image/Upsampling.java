package org.gradcam4j.image;

/**
 * How a map at a layer's resolution becomes a map at the image's: plain bilinear interpolation,
 * without antialiasing, of {@code [h, w]} floats in row order. Output x looks at the source
 * coordinate
 *
 * <pre>
 * HALF_PIXEL_BILINEAR   max(0, (x + 0.5) * w / toW - 0.5)
 * ALIGNED_CORNERS       x * (w - 1) / (toW - 1)
 * </pre>
 *
 * and takes the mean of the two neighbours, weighted by nearness; rows likewise. These are
 * PyTorch's {@code interpolate(mode="bilinear")} with {@code align_corners} false and true. Aligned
 * corners is what the Grad-CAM authors' Torch code did, half-pixel what most others do.
 */
public enum Upsampling {
  /** Pixel i covers [i, i + 1): the borders of both grids coincide. */
  HALF_PIXEL_BILINEAR,
  /** The centres of the corner pixels coincide. */
  ALIGNED_CORNERS,
  /** The map stays as it is, {@code [h, w]}. */
  NONE;

  /**
   * A map of another size; within the minimum and maximum of the given one.
   *
   * @param map {@code [h, w]}, not changed
   * @param h rows of the map
   * @param w columns of the map
   * @param toH rows wanted; has no effect on {@link #NONE}
   * @param toW columns wanted; has no effect on {@link #NONE}
   * @return {@code [toH, toW]}; for {@link #NONE} a copy of the map, {@code [h, w]}
   * @throws IllegalArgumentException if the map does not have h * w values or a size is below 1
   */
  public float[] apply(float[] map, int h, int w, int toH, int toW) {
    if (h < 1 || w < 1 || map.length != (long) h * w) {
      throw new IllegalArgumentException(
          "expected a map of " + h + "x" + w + " values, got " + map.length);
    }
    if (this == NONE) {
      return map.clone();
    }
    if (toH < 1 || toW < 1) {
      throw new IllegalArgumentException("cannot resize a map to " + toH + "x" + toW);
    }
    double[] rows = sources(h, toH);
    double[] columns = sources(w, toW);
    float[] result = new float[Math.multiplyExact(toH, toW)];
    for (int y = 0, o = 0; y < toH; y++) {
      int top = (int) rows[y] * w;
      int bottom = Math.min((int) rows[y] + 1, h - 1) * w;
      double down = rows[y] - (int) rows[y];
      for (int x = 0; x < toW; x++) {
        int left = (int) columns[x];
        int right = Math.min(left + 1, w - 1);
        double across = columns[x] - left;
        double above = between(map[top + left], map[top + right], across);
        double below = between(map[bottom + left], map[bottom + right], across);
        result[o++] = (float) between(above, below, down);
      }
    }
    return result;
  }

  /** For each output index its source coordinate, in [0, from - 1]. */
  private double[] sources(int from, int to) {
    double[] sources = new double[to];
    for (int i = 0; i < to; i++) {
      double source;
      if (this == HALF_PIXEL_BILINEAR) {
        source = (i + 0.5) * from / to - 0.5;
      } else {
        source = to == 1 ? 0 : (double) i * (from - 1) / (to - 1);
      }
      sources[i] = Math.max(0, Math.min(from - 1, source));
    }
    return sources;
  }

  // This form gives back a constant exactly and never leaves [a, b] after rounding to float.
  private static double between(double a, double b, double t) {
    return a + (b - a) * t;
  }
}
