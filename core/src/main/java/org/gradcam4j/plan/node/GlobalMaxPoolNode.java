package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * Maximum over space: {@code [N, H, W, C] -> [N, C]}.
 *
 * @param collapse whether the output is {@code [N, C]}; else {@code [N, 1, 1, C]}
 */
public record GlobalMaxPoolNode(boolean collapse) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return pooled(inputs.get(0), collapse);
  }

  static long[] pooled(long[] in, boolean collapse) {
    if (in.length != 3) {
      throw Shapes.mismatch("global pooling", in);
    }
    return collapse ? new long[] {in[2]} : new long[] {1, 1, in[2]};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor maximum = kernels.maxPool(x, Window.whole(x.shape()[1], x.shape()[2]));
    return collapse ? kernels.reshape(maximum, x.rows(), x.channels()) : maximum;
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    Kernels kernels = visit.kernels();
    Tensor x = visit.input();
    Tensor gradient =
        kernels.reshape(visit.gradient(), visit.gradient().rows(), 1, 1, x.channels());
    return List.of(
        kernels.maxPoolGradient(
            x, gradient, visit.rows(), Window.whole(x.shape()[1], x.shape()[2])));
  }
}
