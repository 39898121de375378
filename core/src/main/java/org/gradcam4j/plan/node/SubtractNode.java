package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/** Its first input less its second; an axis of size 1 counts for all. */
public record SubtractNode() implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return Broadcast.shape("a difference", inputs);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    List<Tensor> terms = Broadcast.expand(kernels, inputs);
    return kernels.subtract(terms.get(0), terms.get(1));
  }

  @Override
  public Window reach() {
    return Window.cell();
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    Kernels kernels = visit.kernels();
    Tensor gradient = visit.gradient();
    return List.of(
        Broadcast.sum(kernels, gradient, visit.inputs().get(0).shape()),
        Broadcast.sum(kernels, kernels.scale(gradient, -1), visit.inputs().get(1).shape()));
  }
}
