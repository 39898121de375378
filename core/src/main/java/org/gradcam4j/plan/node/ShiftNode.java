package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * Plus a constant.
 *
 * @param constant the constant
 */
public record ShiftNode(double constant) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.map(inputs.get(0), x -> x + constant);
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(visit.gradient());
  }
}
