package org.gradcam4j.evaluation.metric;

import java.util.List;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.method.SaliencyMap;

/**
 * How sure the network is of the class if it sees only what the map shows.
 *
 * <pre>
 * E = x max(L, 0) / max(L)
 * drop = 100 max(0, y(x) - y(E)) / y(x)
 * increase = 100 if y(E) &gt; y(x), else 0
 * </pre>
 *
 * <p>Chattopadhay et al., Grad-CAM++, WACV 2018. The image is dimmed after preprocessing, so what
 * the map does not show becomes the mean of the training images; the paper does not say.
 */
public final class ConfidenceChange {
  private static final String SOURCE = "Chattopadhay et al., Grad-CAM++, WACV 2018";

  /** How much of the probability is lost. */
  public static final Metric DROP =
      new Metric(
          "average-drop",
          Direction.LOWER,
          Unit.PERCENT,
          Aggregation.MEAN,
          "Mean loss of the class's probability, as a share of it and 0 where it rises, when the"
              + " image is multiplied by the map.",
          SOURCE);

  /** How often it rises. */
  public static final Metric INCREASE =
      new Metric(
          "increase-in-confidence",
          Direction.HIGHER,
          Unit.PERCENT,
          Aggregation.MEAN,
          "Share of images whose class's probability rises when the image is multiplied by the"
              + " map.",
          SOURCE);

  /** Both. */
  public static final List<Metric> METRICS = List.of(DROP, INCREASE);

  private ConfidenceChange() {}

  /**
   * The observations of both metrics; undefined where the map has no positive value.
   *
   * @param variant the method
   * @param scorer the network
   * @param input preprocessed, {@code [channels, height, width]}
   * @param map one channel, at the input's size
   */
  public static List<Observation> of(
      String variant, Scorer scorer, float[] input, SaliencyMap map) {
    if (!(map.max() > 0)) {
      return List.of(
          DROP.observe(variant, "", Double.NaN), INCREASE.observe(variant, "", Double.NaN));
    }
    double[] scores = scorer.probabilities(List.of(input, explained(input, map)));
    return List.of(
        DROP.observe(variant, "", drop(scores[0], scores[1])),
        INCREASE.observe(variant, "", scores[1] > scores[0] ? 100 : 0));
  }

  /** In percent of what it was; NaN if it was 0. */
  static double drop(double before, double after) {
    return before > 0 ? 100 * Math.max(0, before - after) / before : Double.NaN;
  }

  /** The input times the map, which is brought to 0..1. */
  static float[] explained(float[] input, SaliencyMap map) {
    Importance.requireInputOf(map, input);
    float[] values = input.clone();
    int plane = map.values().length;
    float max = map.max();
    for (int i = 0; i < values.length; i++) {
      values[i] *= Math.max(map.values()[i % plane], 0) / max;
    }
    return values;
  }
}
