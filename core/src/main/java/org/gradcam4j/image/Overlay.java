package org.gradcam4j.image;

import java.awt.image.BufferedImage;

/**
 * A heatmap blended on its photo, at the photo's size, for display only:
 *
 * <pre>pixel = (1 - opacity) * photo + opacity * colour((v - min) / (max - min))</pre>
 */
public final class Overlay {
  /** As much photo as heatmap. */
  private static final double OPACITY = 0.5;

  private Overlay() {}

  /**
   * As {@link #draw(Photo, float[], int, int, Colormap, double)}, in the paper's colours, half
   * photo and half heatmap.
   */
  public static BufferedImage draw(Photo photo, float[] map, int h, int w) {
    return draw(photo, map, h, w, Colormap.JET, OPACITY);
  }

  /**
   * Draws a map on a photo. A map of another size is stretched over the whole photo (half-pixel
   * bilinear). A constant map, all zeros included, tints the photo evenly with the colour of 0.
   *
   * @param photo what the map explains
   * @param map {@code [h, w]} in row order, not changed
   * @param opacity 0 (photo alone) to 1 (heatmap alone)
   * @throws IllegalArgumentException if a value is NaN or infinite, if there are not h * w values,
   *     or the opacity is outside 0-1
   */
  public static BufferedImage draw(
      Photo photo, float[] map, int h, int w, Colormap colormap, double opacity) {
    if (!(opacity >= 0 && opacity <= 1)) {
      throw new IllegalArgumentException("expected an opacity from 0 to 1, got " + opacity);
    }
    Heatmap.check(map, h, w);
    int width = photo.width();
    int height = photo.height();
    float[] unit = Upsampling.HALF_PIXEL_BILINEAR.apply(Heatmap.minMax(map), h, w, height, width);
    byte[] rgb = photo.pixels();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        int colour = colormap.rgb(unit[i]);
        row[x] =
            blend(rgb[3 * i], colour >> 16, opacity) << 16
                | blend(rgb[3 * i + 1], colour >> 8, opacity) << 8
                | blend(rgb[3 * i + 2], colour, opacity);
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }

  private static int blend(byte photo, int colour, double opacity) {
    return (int) Math.round((1 - opacity) * (photo & 0xFF) + opacity * (colour & 0xFF));
  }
}
