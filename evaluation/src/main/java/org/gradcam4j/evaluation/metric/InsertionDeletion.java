package org.gradcam4j.evaluation.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.method.SaliencyMap;

/**
 * Does the class's probability follow the pixels that the map takes for important? Deletion
 * replaces them one step after another, the most important first: it should fall at once. Insertion
 * brings them into a blurred image: it should rise at once. The figure is the area under the
 * probability by the share of pixels, by the trapezoid rule.
 *
 * <pre>
 * area = (p_0 / 2 + p_1 + ... + p_(n-1) + p_n / 2) / n
 * </pre>
 *
 * <p>Petsiuk et al., RISE, BMVC 2018; program: eclique/RISE. There pixels of equal importance come
 * in no order that is told; here in row order.
 *
 * @param steps n; each replaces the same number of pixels, the last what is left
 * @param deleted what takes the place of deleted pixels
 * @param start what insertion starts from
 */
public record InsertionDeletion(int steps, Substrate deleted, Substrate start) {
  /** The authors': a row of 224 pixels a step, zeros, a blurred start. */
  public static final InsertionDeletion RISE =
      new InsertionDeletion(224, Substrate.ZERO, Substrate.BLURRED);

  private static final String SOURCE = "Petsiuk et al., RISE, BMVC 2018";

  /** How many inputs are held at once. */
  private static final int CHUNK = 32;

  /** The area under the insertion curve. */
  public static final Metric INSERTION =
      new Metric(
          "insertion",
          Direction.HIGHER,
          Unit.NUMBER,
          Aggregation.MEAN,
          "Area, 0 to 1, under the class's probability by the share of pixels, as the most"
              + " important ones are brought first into a blurred image.",
          SOURCE);

  /** The area under the deletion curve. */
  public static final Metric DELETION =
      new Metric(
          "deletion",
          Direction.LOWER,
          Unit.NUMBER,
          Aggregation.MEAN,
          "Area, 0 to 1, under the class's probability by the share of pixels, as the most"
              + " important ones are deleted first.",
          SOURCE);

  /** Both. */
  public static final List<Metric> METRICS = List.of(INSERTION, DELETION);

  /** Checks the steps. */
  public InsertionDeletion {
    if (steps < 1) {
      throw new IllegalArgumentException(steps + " steps: expected at least 1");
    }
  }

  /**
   * The class's probability after each step, the start first, {@code [steps + 1]} or fewer where
   * there are fewer pixels than steps.
   *
   * @param scorer the network
   * @param input preprocessed, {@code [channels, height, width]}
   * @param map one channel, at the input's size
   */
  public double[] deletion(Scorer scorer, float[] input, SaliencyMap map) {
    Importance.requireInputOf(map, input);
    return curve(scorer, map, input.clone(), deleted.of(input, map.height(), map.width()));
  }

  /** As {@link #deletion}, for insertion. */
  public double[] insertion(Scorer scorer, float[] input, SaliencyMap map) {
    Importance.requireInputOf(map, input);
    return curve(scorer, map, start.of(input, map.height(), map.width()), input);
  }

  /** The area under a curve of equal steps from 0 to 1. */
  public static double area(double[] curve) {
    double ends = (curve[0] + curve[curve.length - 1]) / 2;
    return (Arrays.stream(curve).sum() - ends) / (curve.length - 1);
  }

  private double[] curve(Scorer scorer, SaliencyMap map, float[] from, float[] to) {
    int[] order = Importance.order(map);
    int each = (order.length + steps - 1) / steps;
    int last = (order.length + each - 1) / each;
    double[] curve = new double[last + 1];
    List<float[]> inputs = new ArrayList<>();
    for (int step = 0; step <= last; step++) {
      if (step > 0) {
        int end = Math.min(order.length, step * each);
        replace(from, to, order, (step - 1) * each, end);
      }
      inputs.add(from.clone());
      if (inputs.size() == CHUNK || step == last) {
        double[] scores = scorer.probabilities(inputs);
        System.arraycopy(scores, 0, curve, step + 1 - inputs.size(), inputs.size());
        inputs.clear();
      }
    }
    return curve;
  }

  /** All channels of some pixels. */
  private static void replace(float[] values, float[] by, int[] pixels, int from, int to) {
    for (int plane = 0; plane < values.length; plane += pixels.length) {
      for (int i = from; i < to; i++) {
        values[plane + pixels[i]] = by[plane + pixels[i]];
      }
    }
  }
}
