package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * {@code x} where {@code x > 0}, else {@code slope x}. Guided backpropagation and deconvolution are
 * defined for the rectifier alone; here they pass the true gradient.
 *
 * @param slope of the function where x is not above 0
 */
public record LeakyReluNode(double slope) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.leakyRelu(inputs.get(0), slope);
  }

  @Override
  public Window reach() {
    return Window.cell();
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(rule.other(visit, () -> gradient(visit)));
  }

  /** {@code slope g + (1 - slope) g [x > 0]}. */
  private Tensor gradient(Visit visit) {
    Kernels kernels = visit.kernels();
    Tensor above = kernels.where(visit.input(), visit.gradient(), visit.rows());
    return kernels.addInPlace(
        kernels.scale(above, 1 - slope), kernels.scale(visit.gradient(), slope));
  }
}
