package org.gradcam4j.plan.rule;

import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.node.Visit;

/**
 * Guided backpropagation (Springenberg et al. 2015): a rectifier passes {@code g} where {@code x >
 * 0} and {@code g > 0}.
 */
public record GuidedRule() implements Rule {
  @Override
  public Tensor rectifier(Visit visit) {
    return visit
        .kernels()
        .where(visit.output(), visit.kernels().relu(visit.gradient()), visit.rows());
  }

  @Override
  public boolean passesTrueGradients() {
    return true;
  }
}
