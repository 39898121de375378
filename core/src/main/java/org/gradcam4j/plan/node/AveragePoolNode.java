package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;

/**
 * Mean of each window.
 *
 * @param window the sliding window
 * @param countPadding whether cells of the padding count in the divisor
 */
public record AveragePoolNode(Window window, boolean countPadding) implements LinearNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    return MaxPoolNode.pooled(window, inputs.get(0));
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.averagePool(inputs.get(0), window, countPadding);
  }

  @Override
  public Tensor apply(Kernels kernels, List<Tensor> inputs, Connections connections) {
    Tensor mean = forward(kernels, inputs);
    // Every weight is positive.
    return connections == Connections.INHIBITORY ? kernels.scale(mean, 0) : mean;
  }

  @Override
  public List<Tensor> transpose(Visit visit, Connections connections) {
    Kernels kernels = visit.kernels();
    long[] in = visit.input().shape();
    Tensor back = kernels.averagePoolGradient(visit.gradient(), window, countPadding, in[1], in[2]);
    return List.of(connections == Connections.INHIBITORY ? kernels.scale(back, 0) : back);
  }
}
