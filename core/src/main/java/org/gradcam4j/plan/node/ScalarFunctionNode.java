package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * An activation function that is applied to each number alone. Guided backpropagation and
 * deconvolution are defined for the rectifier alone; here they pass the true gradient.
 *
 * @param function which one
 */
public record ScalarFunctionNode(ScalarFunction function) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.map(inputs.get(0), function.value());
  }

  @Override
  public Window reach() {
    return Window.cell();
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(rule.other(visit, () -> gradient(visit)));
  }

  private Tensor gradient(Visit visit) {
    Kernels kernels = visit.kernels();
    return kernels.multiply(
        kernels.map(visit.input(), function.derivative()), visit.gradient(), visit.rows());
  }
}
