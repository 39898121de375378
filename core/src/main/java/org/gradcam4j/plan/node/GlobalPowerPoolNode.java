package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * p-norm over space: {@code [N, H, W, C] -> [N, C]}.
 *
 * @param p the power, at least 1
 * @param collapse whether the output is {@code [N, C]}; else {@code [N, 1, 1, C]}
 */
public record GlobalPowerPoolNode(int p, boolean collapse) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return GlobalMaxPoolNode.pooled(inputs.get(0), collapse);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor norm = pool(x).forward(kernels, inputs);
    return collapse ? kernels.reshape(norm, x.rows(), x.channels()) : norm;
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    Kernels kernels = visit.kernels();
    Visit spatial =
        new Visit(
            kernels,
            visit.inputs(),
            cell(kernels, visit.output()),
            cell(kernels, visit.gradient()),
            visit.rows());
    return pool(visit.input()).backward(spatial, rule);
  }

  private static Tensor cell(Kernels kernels, Tensor x) {
    return kernels.reshape(x, x.rows(), 1, 1, x.channels());
  }

  private PowerPoolNode pool(Tensor x) {
    return new PowerPoolNode(Window.whole(x.shape()[1], x.shape()[2]), p);
  }

  @Override
  public boolean readsOutput() {
    return true;
  }
}
