package org.gradcam4j.evaluation.shapes;

import java.util.Arrays;
import org.gradcam4j.image.Photo;

/** A square picture in the making: colours 0-255 as doubles, rounded once at the end. */
final class Canvas {
  /** A region of the plane of pixels; pixel x covers [x, x + 1). */
  @FunctionalInterface
  interface Region {
    boolean contains(double x, double y);
  }

  /** A colour at each point. */
  @FunctionalInterface
  interface Paint {
    /** Adds red, green and blue, 0-255, to the sum. */
    void add(double x, double y, double[] sum);
  }

  private final int size;
  private final double[] colours;

  Canvas(int size) {
    this.size = size;
    this.colours = new double[3 * size * size];
  }

  /** Rows and columns. */
  int size() {
    return size;
  }

  /** Paints all pixels. */
  void fill(Paint paint) {
    paint((x, y) -> true, paint, 0, 0, size, size, 1, 1);
  }

  /**
   * Paints a region that lies in a square.
   *
   * @param opacity 0 to 1
   * @param samples points an axis and pixel at which the region is looked at
   * @return how many of each pixel's points it contains, {@code [size, size]}
   */
  int[] paint(
      Region region, Paint paint, double x, double y, double radius, double opacity, int samples) {
    return paint(
        region,
        paint,
        clip(x - radius - 1),
        clip(y - radius - 1),
        clip(x + radius + 2),
        clip(y + radius + 2),
        opacity,
        samples);
  }

  private int clip(double coordinate) {
    return (int) Math.max(0, Math.min(size, Math.floor(coordinate)));
  }

  private int[] paint(
      Region region,
      Paint paint,
      int left,
      int top,
      int right,
      int bottom,
      double opacity,
      int samples) {
    int[] hits = new int[size * size];
    double[] sum = new double[3];
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        int count = 0;
        Arrays.fill(sum, 0);
        for (int s = 0; s < samples * samples; s++) {
          double px = x + (s % samples + 0.5) / samples;
          double py = y + (s / samples + 0.5) / samples;
          if (region.contains(px, py)) {
            count++;
            paint.add(px, py, sum);
          }
        }
        if (count > 0) {
          double share = opacity * count / (samples * samples);
          for (int c = 0; c < 3; c++) {
            int i = 3 * (y * size + x) + c;
            colours[i] += share * (sum[c] / count - colours[i]);
          }
        }
        hits[y * size + x] = count;
      }
    }
    return hits;
  }

  /** The mean colour of the pixels of a square. */
  double[] mean(double x, double y, double radius) {
    double[] mean = new double[3];
    int count = 0;
    for (int row = clip(y - radius); row < clip(y + radius + 1); row++) {
      for (int column = clip(x - radius); column < clip(x + radius + 1); column++) {
        for (int c = 0; c < 3; c++) {
          mean[c] += colours[3 * (row * size + column) + c];
        }
        count++;
      }
    }
    for (int c = 0; c < 3; c++) {
      mean[c] /= Math.max(1, count);
    }
    return mean;
  }

  /** The picture, rounded to 8 bits. */
  Photo photo(String name) {
    byte[] rgb = new byte[colours.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) Math.floor(Math.max(0, Math.min(255, colours[i])) + 0.5);
    }
    return Photo.of(size, size, rgb, name);
  }
}
