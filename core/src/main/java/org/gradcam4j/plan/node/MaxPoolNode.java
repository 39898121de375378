package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * Maximum of each window; the gradient goes to the maximum under every rule.
 *
 * @param window the sliding window
 */
public record MaxPoolNode(Window window) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return pooled(window, inputs.get(0));
  }

  static long[] pooled(Window window, long[] in) {
    if (in.length != 3) {
      throw Shapes.mismatch("pooling", in);
    }
    return new long[] {window.outputHeight(in[0]), window.outputWidth(in[1]), in[2]};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.maxPool(inputs.get(0), window);
  }

  @Override
  public Window reach() {
    return window;
  }

  @Override
  public Node unpadded() {
    return new MaxPoolNode(window.unpadded());
  }

  @Override
  public double padding() {
    return Double.NEGATIVE_INFINITY;
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(
        visit.kernels().maxPoolGradient(visit.input(), visit.gradient(), visit.rows(), window));
  }
}
