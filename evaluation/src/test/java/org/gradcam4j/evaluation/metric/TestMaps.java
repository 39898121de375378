package org.gradcam4j.evaluation.metric;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;

/** Maps for tests. */
final class TestMaps {
  private TestMaps() {}

  /** A map from its rows. */
  static SaliencyMap of(float[]... rows) {
    float[] values = new float[rows.length * rows[0].length];
    for (int y = 0; y < rows.length; y++) {
      System.arraycopy(rows[y], 0, values, y * rows[0].length, rows[0].length);
    }
    return new SaliencyMap(1, rows.length, rows[0].length, values);
  }

  /** A map from a drawing: a digit is its value, all else is 0. */
  static SaliencyMap drawn(String... rows) {
    float[] values = new float[rows.length * rows[0].length()];
    String all = String.join("", rows);
    for (int i = 0; i < values.length; i++) {
      values[i] = Character.isDigit(all.charAt(i)) ? all.charAt(i) - '0' : 0;
    }
    return new SaliencyMap(1, rows.length, rows[0].length(), values);
  }

  /** 1 in a box of whole pixels, else 0. */
  static SaliencyMap mask(int height, int width, Box box) {
    float[] values = new float[height * width];
    for (int y = (int) box.yMin(); y <= box.yMax(); y++) {
      for (int x = (int) box.xMin(); x <= box.xMax(); x++) {
        values[y * width + x] = 1;
      }
    }
    return new SaliencyMap(1, height, width, values);
  }

  static SaliencyMap constant(int height, int width, float value) {
    float[] values = new float[height * width];
    Arrays.fill(values, value);
    return new SaliencyMap(1, height, width, values);
  }

  /** Small whole numbers from 0 up: many are equal. */
  static SaliencyMap coarse(SplittableRandom random, int height, int width, int values) {
    float[] map = new float[height * width];
    for (int i = 0; i < map.length; i++) {
      map[i] = random.nextInt(values);
    }
    return new SaliencyMap(1, height, width, map);
  }

  /** Blobs: a random coarse grid, brought to this size bilinearly. */
  static SaliencyMap smooth(SplittableRandom random, int height, int width) {
    int cells = 7;
    double[] grid = random.doubles(cells * cells).toArray();
    float[] map = new float[height * width];
    for (int i = 0; i < map.length; i++) {
      double y = (double) (i / width) / height * (cells - 1);
      double x = (double) (i % width) / width * (cells - 1);
      int top = (int) y;
      int left = (int) x;
      double upper =
          grid[top * cells + left] * (1 - x + left) + grid[top * cells + left + 1] * (x - left);
      double lower =
          grid[(top + 1) * cells + left] * (1 - x + left)
              + grid[(top + 1) * cells + left + 1] * (x - left);
      map[i] = (float) (upper * (1 - y + top) + lower * (y - top));
    }
    return new SaliencyMap(1, height, width, map);
  }

  /** A random box of whole pixels. */
  static Box box(SplittableRandom random, int height, int width) {
    int left = random.nextInt(width);
    int top = random.nextInt(height);
    return new Box(
        left, top, left + random.nextInt(width - left), top + random.nextInt(height - top));
  }
}
