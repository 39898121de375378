package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * Sum over space: {@code [N, H, W, C] -> [N, C]}.
 *
 * @param collapse whether the output is {@code [N, C]}; else {@code [N, 1, 1, C]}
 */
public record GlobalSumPoolNode(boolean collapse) implements LinearNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    return GlobalMaxPoolNode.pooled(inputs.get(0), collapse);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor mean = new GlobalAveragePoolNode(collapse).forward(kernels, inputs);
    return kernels.scale(mean, cells(inputs.get(0)));
  }

  @Override
  public List<Tensor> transpose(Visit visit) {
    Tensor mean = new GlobalAveragePoolNode(collapse).transpose(visit).get(0);
    return List.of(visit.kernels().scale(mean, cells(visit.input())));
  }

  private static double cells(Tensor x) {
    return (double) x.shape()[1] * x.shape()[2];
  }
}
