package org.gradcam4j.evaluation.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;

/**
 * How much the map can change when the input hardly does: the largest relative change of several
 * random ones.
 *
 * <pre>
 * max_(|d|_inf &lt;= r) |L(x + d) - L(x)|_2 / |L(x)|_2
 * </pre>
 *
 * <p>Yeh et al., On the (In)fidelity and Sensitivity of Explanations, NeurIPS 2019; with the norm
 * of the map as divisor, as Captum has it, so that methods of different scales compare. A map of
 * zeros is undefined (Captum divides by 1).
 *
 * @param radius r, in the preprocessed input's units
 * @param samples how many random changes, uniform in the cube
 * @param seed of the random numbers
 */
public record MaxSensitivity(double radius, int samples, long seed) {
  /** Captum's: 10 changes of at most 0.02, for inputs of standard deviation 1. */
  public static final MaxSensitivity CAPTUM = new MaxSensitivity(0.02, 10, 0);

  /** The largest relative change. */
  public static final Metric METRIC =
      new Metric(
          "max-sensitivity",
          Direction.LOWER,
          Unit.NUMBER,
          Aggregation.MEAN,
          "Largest relative change of the map, by its Euclidean norm, over small random changes of"
              + " the input; undefined for a map of zeros.",
          "Yeh et al., On the (In)fidelity and Sensitivity of Explanations, NeurIPS 2019");

  /** Checks the options. */
  public MaxSensitivity {
    if (!(radius > 0) || samples < 1) {
      throw new IllegalArgumentException(
          "a radius of %s and %d samples: expected more than 0 and at least 1"
              .formatted(radius, samples));
    }
  }

  /**
   * The largest relative change; NaN for a map of zeros.
   *
   * @param explain maps of inputs, in their order
   * @param input preprocessed
   */
  public double of(Function<List<float[]>, List<float[]>> explain, float[] input) {
    List<float[]> inputs = new ArrayList<>(List.of(input));
    SplittableRandom random = new SplittableRandom(seed);
    for (int s = 0; s < samples; s++) {
      float[] changed = input.clone();
      for (int i = 0; i < changed.length; i++) {
        changed[i] += (float) (radius * (2 * random.nextDouble() - 1));
      }
      inputs.add(changed);
    }
    List<float[]> maps = explain.apply(inputs);
    float[] own = maps.get(0);
    double norm = distance(own, new float[own.length]);
    double largest = 0;
    for (float[] map : maps.subList(1, maps.size())) {
      largest = Math.max(largest, distance(own, map));
    }
    return norm > 0 ? largest / norm : Double.NaN;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }
}
