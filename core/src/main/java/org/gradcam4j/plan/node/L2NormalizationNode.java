package org.gradcam4j.plan.node;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * Scales each image's activation to length 1: {@code y = x / max(|x|, epsilon)}; its gradient is
 * {@code (g - y <g, y>) / |x|}, and {@code g / epsilon} where the length is below.
 *
 * @param epsilon the least length that is divided by
 * @param ofVectors whether it is for {@code [N, F]} alone: over the first axis of an image
 *     Deeplearning4j's own is not well defined
 */
public record L2NormalizationNode(double epsilon, boolean ofVectors) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    if (ofVectors && inputs.get(0).length != 1) {
      throw Shapes.mismatch("L2 normalisation over axis 1", inputs.get(0));
    }
    return inputs.get(0);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return scaleRows(kernels, x, reciprocals(lengths(kernels, x)));
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(rule.other(visit, () -> gradient(visit)));
  }

  private Tensor gradient(Visit visit) {
    Kernels kernels = visit.kernels();
    int[] rows = visit.rows();
    Tensor gradient = visit.gradient();
    Tensor x = kernels.gatherRows(visit.input(), rows);
    double[] lengths = lengths(kernels, x);
    double[] scales = reciprocals(lengths);
    double[] along = dots(kernels, x, gradient);
    for (int r = 0; r < rows.length; r++) {
      along[r] = lengths[r] > epsilon ? -along[r] * Math.pow(scales[r], 3) : 0;
    }
    return kernels.add(scaleRows(kernels, gradient, scales), scaleRows(kernels, x, along));
  }

  private double[] reciprocals(double[] lengths) {
    return Arrays.stream(lengths).map(length -> 1 / Math.max(length, epsilon)).toArray();
  }

  private static double[] lengths(Kernels kernels, Tensor x) {
    return Arrays.stream(dots(kernels, x, x)).map(Math::sqrt).toArray();
  }

  /** For each row, the inner product of the two. */
  private static double[] dots(Kernels kernels, Tensor a, Tensor b) {
    int rows = a.rows();
    Tensor products = kernels.multiply(a, b, IntStream.range(0, rows).toArray());
    int features = Math.toIntExact(Arrays.stream(a.shape()).reduce(1, (p, q) -> p * q) / rows);
    double[] ones = new double[features];
    Arrays.fill(ones, 1);
    return kernels.values(
        kernels.product(
            kernels.reshape(products, rows, features), kernels.tensor(ones, features, 1), false));
  }

  /** Each row times a number of its own. */
  private static Tensor scaleRows(Kernels kernels, Tensor x, double[] factors) {
    int rows = factors.length;
    double[] diagonal = new double[rows * rows];
    for (int r = 0; r < rows; r++) {
      diagonal[r * rows + r] = factors[r];
    }
    long features = Arrays.stream(x.shape()).reduce(1, (p, q) -> p * q) / rows;
    return kernels.reshape(
        kernels.product(
            kernels.tensor(diagonal, rows, rows), kernels.reshape(x, rows, features), false),
        x.shape());
  }
}
