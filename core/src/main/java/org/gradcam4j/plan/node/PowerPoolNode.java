package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * Pooling by the p-norm: {@code y = (sum |x|^p)^(1/p)} over each window; its derivative is {@code
 * y^(1-p) |x|^(p-1) sgn(x)}, 0 where y is 0.
 *
 * @param window the sliding window
 * @param p the power, at least 1
 */
public record PowerPoolNode(Window window, int p) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return MaxPoolNode.pooled(window, inputs.get(0));
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor powers = kernels.map(inputs.get(0), x -> Math.pow(Math.abs(x), p));
    Tensor means = kernels.averagePool(powers, window, true);
    return kernels.map(means, mean -> Math.pow(mean * cells(), 1.0 / p));
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(rule.other(visit, () -> gradient(visit)));
  }

  private Tensor gradient(Visit visit) {
    Kernels kernels = visit.kernels();
    int[] rows = visit.rows();
    long[] in = visit.input().shape();
    Tensor outer = kernels.map(visit.output(), y -> y == 0 ? 0 : Math.pow(y, 1 - p) * cells());
    Tensor inner = kernels.map(visit.input(), x -> Math.pow(Math.abs(x), p - 1) * Math.signum(x));
    Tensor spread =
        kernels.averagePoolGradient(
            kernels.multiply(outer, visit.gradient(), rows), window, true, in[1], in[2]);
    return kernels.multiply(inner, spread, rows);
  }

  private double cells() {
    return (double) window.kernelHeight() * window.kernelWidth();
  }

  @Override
  public boolean readsOutput() {
    return true;
  }
}
