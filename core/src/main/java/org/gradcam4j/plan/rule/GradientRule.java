package org.gradcam4j.plan.rule;

import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.node.Visit;

/** The true gradient: a rectifier passes {@code g} where {@code x > 0}. */
public record GradientRule() implements Rule {
  @Override
  public Tensor rectifier(Visit visit) {
    return visit.kernels().where(visit.output(), visit.gradient(), visit.rows());
  }

  @Override
  public boolean passesTrueGradients() {
    return true;
  }
}
