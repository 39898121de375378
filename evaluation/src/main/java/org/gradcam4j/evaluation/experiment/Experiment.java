package org.gradcam4j.evaluation.experiment;

import java.io.IOException;
import java.util.List;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.evaluation.metric.Metric;

/**
 * One table of the paper: what is measured of an image.
 *
 * <p>Implementations are immutable records of their protocol's choices: a run keeps them, and is
 * resumed only with the same. What {@link #measure} returns depends on the image, the network and
 * these alone, whichever thread asks and in whichever order.
 */
public interface Experiment {
  /** Its name on the command line, {@code localization}. */
  String name();

  /** A heading. */
  String title();

  /** A sentence or two for a reader of the results: what is done, and what the figures mean. */
  String description();

  /** What it measures. */
  List<Metric> metrics();

  /** What is compared: the variants of its observations, in the order of tables. */
  List<String> variants();

  /** Figures that the literature reports for the same measurement. */
  default List<Published> published() {
    return List.of();
  }

  /** What a reader must know lest the figures mislead, such as methods that must coincide. */
  default List<String> notes() {
    return List.of();
  }

  /** Whether an image takes part, by what the data set says of it. */
  default boolean takes(Annotation annotation) {
    return true;
  }

  /**
   * Measures an image.
   *
   * @param subject the network
   * @param image the image
   * @param wanted what else is wanted of it
   * @throws IOException if photo or annotation are broken: the image then counts as failed
   * @throws IllegalArgumentException likewise
   * @throws ArithmeticException likewise, if a figure cannot be worked out
   */
  Measurement measure(Subject subject, AnnotatedImage image, Wanted wanted) throws IOException;
}
