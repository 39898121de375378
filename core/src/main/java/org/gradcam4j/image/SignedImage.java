package org.gradcam4j.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * A signed map at image resolution, {@code [3, h, w]} in the network's channel order (a gradient,
 * guided backpropagation, deconvolution), drawn as the field does: zero is grey, and a few large
 * values do not darken the rest,
 *
 * <pre>level = 128 + 127 * clamp(v / q, -1, 1),  q = the 99.5th percentile of |v|</pre>
 *
 * For display only.
 */
public final class SignedImage {
  private static final double QUANTILE = 0.995;

  private SignedImage() {}

  /**
   * Draws the map, one pixel a cell. All zeros give an evenly grey picture.
   *
   * @param map {@code [3, h, w]}, not changed
   * @param order which colour the first channel is
   * @throws IllegalArgumentException if a value is NaN or infinite, or there are not 3 * h * w
   */
  public static BufferedImage draw(float[] map, int h, int w, Preprocessing.ChannelOrder order) {
    if (h < 1 || w < 1 || map.length != 3L * h * w) {
      throw new IllegalArgumentException(
          "expected a map of 3x" + h + "x" + w + " values, got " + map.length);
    }
    Heatmap.checkFinite(map, h, w);
    double scale = scale(map);
    int plane = h * w;
    int red = order == Preprocessing.ChannelOrder.RGB ? 0 : 2 * plane;
    int blue = 2 * plane - red;
    BufferedImage image = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < plane; i++) {
      int rgb =
          level(map[red + i], scale) << 16
              | level(map[plane + i], scale) << 8
              | level(map[blue + i], scale);
      image.setRGB(i % w, i / w, rgb);
    }
    return image;
  }

  private static int level(float value, double scale) {
    double unit = scale == 0 ? 0 : Math.max(-1, Math.min(1, value / scale));
    return (int) Math.round(128 + 127 * unit);
  }

  /** The percentile of the magnitudes; their maximum where fewer values than that are not zero. */
  private static double scale(float[] map) {
    float[] magnitudes = new float[map.length];
    for (int i = 0; i < map.length; i++) {
      magnitudes[i] = Math.abs(map[i]);
    }
    Arrays.sort(magnitudes);
    int rank = (int) Math.ceil(QUANTILE * map.length) - 1;
    return magnitudes[rank] > 0 ? magnitudes[rank] : magnitudes[map.length - 1];
  }
}
