package org.gradcam4j.evaluation.experiment;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.method.SaliencyMap;

/**
 * What an experiment found out of an image.
 *
 * @param observations what counts
 * @param details what is worth reading beside them, in the order of tables: {@code predicted} to
 *     {@code tench}, {@code truth} to {@code goldfish}
 * @param remarks what is odd about the image, one line each
 * @param pictures for a gallery; empty unless asked for
 * @param maps the maps that were measured, by name, {@code grad-cam/dog}; empty unless asked for
 * @param milliseconds the cost of what is compared, by variant; it varies from run to run and so is
 *     no observation
 */
public record Measurement(
    List<Observation> observations,
    Map<String, String> details,
    List<String> remarks,
    List<Picture> pictures,
    Map<String, SaliencyMap> maps,
    Map<String, Double> milliseconds) {
  /**
   * A picture for a gallery.
   *
   * @param caption what it shows
   * @param image the picture
   */
  public record Picture(String caption, BufferedImage image) {}
}
