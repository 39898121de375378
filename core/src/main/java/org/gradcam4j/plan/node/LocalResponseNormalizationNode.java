package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * Local response normalisation across channels, {@code x / (k + alpha sum x'^2)^beta}, alpha not
 * divided by the depth.
 *
 * @param depth channels in the sum
 * @param k the constant
 * @param alpha the factor of the sum
 * @param beta the exponent
 */
public record LocalResponseNormalizationNode(int depth, double k, double alpha, double beta)
    implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.localResponseNormalization(inputs.get(0), depth, k, alpha, beta);
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
    return visit
        .kernels()
        .localResponseNormalizationGradient(
            visit.input(), visit.gradient(), visit.rows(), depth, k, alpha, beta);
  }
}
