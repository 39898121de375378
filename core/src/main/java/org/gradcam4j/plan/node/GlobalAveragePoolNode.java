package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * Mean over space: {@code [N, H, W, C] -> [N, C]}.
 *
 * @param collapse whether the output is {@code [N, C]}; else {@code [N, 1, 1, C]}
 */
public record GlobalAveragePoolNode(boolean collapse) implements LinearNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    return GlobalMaxPoolNode.pooled(inputs.get(0), collapse);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor mean = kernels.spatialMean(inputs.get(0));
    return collapse ? mean : kernels.reshape(mean, mean.rows(), 1, 1, mean.channels());
  }

  @Override
  public List<Tensor> transpose(Visit visit) {
    long[] in = visit.input().shape();
    Tensor gradient = visit.gradient();
    Tensor rows = visit.kernels().reshape(gradient, gradient.rows(), gradient.channels());
    return List.of(visit.kernels().spread(rows, in[1], in[2], 1.0 / (in[1] * in[2])));
  }
}
