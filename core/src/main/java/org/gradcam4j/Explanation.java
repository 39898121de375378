package org.gradcam4j;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import org.gradcam4j.image.Colormap;
import org.gradcam4j.image.Overlay;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.image.SignedImage;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.SaliencyMap;

/**
 * What speaks for a class, or another number of the network's, in an image, by one method.
 *
 * @param input the image
 * @param predictions the network's scores of all classes, in their order; none where its first
 *     output is not one score a class
 * @param target what is explained
 * @param method the method
 * @param map the raw map, at the layer's resolution or the input's
 * @param preprocessing of the network
 * @param provenance where it comes from
 */
public record Explanation(
    NetworkInput input,
    List<Prediction> predictions,
    Prediction target,
    Method method,
    SaliencyMap map,
    Preprocessing preprocessing,
    Provenance provenance) {
  private static final double HEATMAP_ALONE = 1;

  /** Whether the map has one value a cell; else one a channel and pixel of the input. */
  public boolean isHeatmap() {
    return !method.mapsInput();
  }

  /**
   * What is shown under the map: the photo, or the picture that a preprocessed input stands for.
   */
  public Photo photo() {
    return input.photo().orElseGet(() -> preprocessing.picture(input.values(), input.name()));
  }

  /**
   * The map at the size of the network's input, {@code [height, width]}, not normalised; of a map
   * of the input, the channel of largest magnitude at each pixel.
   */
  public float[] upsampled(Upsampling upsampling) {
    return upsampled(upsampling, preprocessing.height(), preprocessing.width());
  }

  /** The same at any size: at the photo's, boxes on the photo can be compared with it. */
  public float[] upsampled(Upsampling upsampling, int height, int width) {
    return upsampling.apply(plane(), map.height(), map.width(), height, width);
  }

  /** Three channels to draw: those there are, or a grey one three times. */
  private static float[] three(float[] values, int channels) {
    if (channels == 3) {
      return values;
    } else if (channels != 1) {
      throw new IllegalArgumentException(
          "an input of " + channels + " channels cannot be drawn: expected 1 or 3");
    }
    float[] grey = new float[3 * values.length];
    for (int c = 0; c < 3; c++) {
      System.arraycopy(values, 0, grey, c * values.length, values.length);
    }
    return grey;
  }

  /** One value a cell. */
  private float[] plane() {
    int cells = map.height() * map.width();
    if (isHeatmap()) {
      return map.values();
    }
    float[] plane = new float[cells];
    for (int i = 0; i < map.values().length; i++) {
      plane[i % cells] = Math.max(plane[i % cells], Math.abs(map.values()[i]));
    }
    return plane;
  }

  /**
   * The map alone, at the photo's size, normalised for display: a heatmap in the paper's colours, a
   * map of the input in its own around grey.
   */
  public BufferedImage picture() {
    Photo photo = photo();
    if (isHeatmap()) {
      return Overlay.draw(
          photo, map.values(), map.height(), map.width(), Colormap.JET, HEATMAP_ALONE);
    }
    BufferedImage signed =
        SignedImage.draw(map.values(), map.height(), map.width(), preprocessing.channelOrder());
    BufferedImage stretched =
        new BufferedImage(photo.width(), photo.height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = stretched.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(signed, 0, 0, photo.width(), photo.height(), null);
    graphics.dispose();
    return stretched;
  }

  /** The map as a heatmap on the photo, at the photo's size, normalised for display. */
  public BufferedImage overlay() {
    return Overlay.draw(photo(), plane(), map.height(), map.width());
  }

  /** Why the map shows nothing, where it does not. */
  public Optional<String> remark() {
    for (float value : map.values()) {
      if (value != 0) {
        return Optional.empty();
      }
    }
    return Optional.of(
        "the map is zero everywhere: nothing at layer '"
            + provenance.layer()
            + "' speaks for '"
            + target.label()
            + "' by "
            + method.name());
  }
}
