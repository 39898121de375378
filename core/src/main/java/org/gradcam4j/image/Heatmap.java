package org.gradcam4j.image;

import java.awt.image.BufferedImage;

/** A map {@code [h, w]} drawn in colours, one pixel a cell. For display only. */
public final class Heatmap {
  private Heatmap() {}

  /**
   * The map from its minimum (0) to its maximum (1): {@code (v - min) / (max - min)}. A constant
   * map, all zeros included, is drawn in the colour of 0: nothing stands out.
   *
   * @param map {@code [h, w]} in row order, not changed
   * @throws IllegalArgumentException if a value is NaN or infinite, or there are not h * w values
   */
  public static BufferedImage draw(float[] map, int h, int w, Colormap colormap) {
    check(map, h, w);
    float[] unit = minMax(map);
    BufferedImage image = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < unit.length; i++) {
      image.setRGB(i % w, i / w, colormap.rgb(unit[i]));
    }
    return image;
  }

  /**
   * A signed map with zero in the middle of the scale: {@code 0.5 + v / (2 max |v|)}, in {@link
   * Colormap#BLUE_RED}. All zeros are drawn in the middle colour.
   *
   * @param map {@code [h, w]} in row order, not changed
   * @throws IllegalArgumentException if a value is NaN or infinite, or there are not h * w values
   */
  public static BufferedImage drawSigned(float[] map, int h, int w) {
    check(map, h, w);
    double most = 0;
    for (float value : map) {
      most = Math.max(most, Math.abs(value));
    }
    BufferedImage image = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < map.length; i++) {
      double unit = most == 0 ? 0.5 : 0.5 + map[i] / (2 * most);
      image.setRGB(i % w, i / w, Colormap.BLUE_RED.rgb(unit));
    }
    return image;
  }

  /** The map scaled to 0-1; zeros if it is constant. */
  static float[] minMax(float[] map) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (float value : map) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    float[] unit = new float[map.length];
    if (max > min) {
      for (int i = 0; i < unit.length; i++) {
        unit[i] = (float) ((map[i] - min) / (max - min));
      }
    }
    return unit;
  }

  static void check(float[] map, int h, int w) {
    if (h < 1 || w < 1 || map.length != (long) h * w) {
      throw new IllegalArgumentException(
          "expected a map of " + h + "x" + w + " values, got " + map.length);
    }
    checkFinite(map, h, w);
  }

  /** Refuses a map {@code [h, w]} or {@code [channels, h, w]} with a value that is not finite. */
  static void checkFinite(float[] map, int h, int w) {
    for (int i = 0; i < map.length; i++) {
      if (!Float.isFinite(map[i])) {
        String channel = map.length == h * w ? "" : "channel " + i / (h * w) + ", ";
        throw new IllegalArgumentException(
            "cannot draw a map whose value at "
                + channel
                + "row "
                + i / w % h
                + ", column "
                + i % w
                + " is "
                + map[i]
                + ": look for an overflow in the network or its input");
      }
    }
  }
}
