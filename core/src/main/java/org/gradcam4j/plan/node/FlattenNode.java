package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * {@code [N, H, W, C]} to {@code [N, F]}.
 *
 * @param channelsFirst whether features are in the order {@code [C, H, W]}, else {@code [H, W, C]}
 * @param size how many features are expected; 0 for any number
 */
public record FlattenNode(boolean channelsFirst, long size) implements Node {
  /** To as many features as there are. */
  public FlattenNode(boolean channelsFirst) {
    this(channelsFirst, 0);
  }

  @Override
  public long[] shape(List<long[]> inputs) {
    long features = 1;
    for (long size : inputs.get(0)) {
      features *= size;
    }
    if (size != 0 && features != size) {
      // Deeplearning4j would make rows of other images of it.
      throw Shapes.mismatch("flattening to " + size + " features", inputs.get(0));
    }
    return new long[] {features};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    if (!x.spatial()) {
      return x;
    }
    Tensor ordered = channelsFirst ? kernels.channelsFirst(x) : x;
    return kernels.reshape(ordered, x.rows(), features(x));
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    Kernels kernels = visit.kernels();
    Tensor gradient = visit.gradient();
    if (!visit.input().spatial()) {
      return List.of(gradient);
    }
    long[] in = visit.input().shape();
    return List.of(
        channelsFirst
            ? kernels.channelsLast(kernels.reshape(gradient, gradient.rows(), in[3], in[1], in[2]))
            : kernels.reshape(gradient, gradient.rows(), in[1], in[2], in[3]));
  }

  private static long features(Tensor x) {
    long[] shape = x.shape();
    return shape[1] * shape[2] * shape[3];
  }
}
