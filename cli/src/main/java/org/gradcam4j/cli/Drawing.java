package org.gradcam4j.cli;

import java.awt.image.BufferedImage;
import org.gradcam4j.Explanation;
import org.gradcam4j.image.Colormap;
import org.gradcam4j.image.Heatmap;
import org.gradcam4j.image.Overlay;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.SaliencyMap;

/**
 * How maps are drawn.
 *
 * @param upsampling how a map is brought to a picture's size; {@code NONE} shows its cells
 * @param signed whether heatmaps have zero in the middle of the scale, blue below and red above
 */
record Drawing(Upsampling upsampling, boolean signed) {

  /** The map alone, at the photo's size; for {@code NONE} one pixel a cell. */
  BufferedImage picture(Explanation explanation) {
    if (!explanation.isHeatmap() || upsampling == Upsampling.HALF_PIXEL_BILINEAR && !signed) {
      return explanation.picture();
    }
    SaliencyMap map = explanation.map();
    boolean cells = upsampling == Upsampling.NONE;
    int height = cells ? map.height() : explanation.photo().height();
    int width = cells ? map.width() : explanation.photo().width();
    float[] values = upsampling.apply(map.values(), map.height(), map.width(), height, width);
    return signed
        ? Heatmap.drawSigned(values, height, width)
        : Heatmap.draw(values, height, width, Colormap.JET);
  }

  /** A heatmap on the photo, at the photo's size. */
  BufferedImage overlay(Explanation explanation) {
    Photo photo = explanation.photo();
    SaliencyMap map = explanation.map();
    float[] values =
        upsampling == Upsampling.NONE
            ? cells(map, photo.height(), photo.width())
            : upsampling.apply(
                map.values(), map.height(), map.width(), photo.height(), photo.width());
    return Overlay.draw(photo, values, photo.height(), photo.width());
  }

  private static float[] cells(SaliencyMap map, int height, int width) {
    float[] values = new float[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        values[y * width + x] = map.at(0, y * map.height() / height, x * map.width() / width);
      }
    }
    return values;
  }
}
