package org.gradcam4j.plan.rule;

import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.node.Visit;

/** Deconvolution (Zeiler and Fergus 2014): a rectifier passes {@code g} where {@code g > 0}. */
public record DeconvolutionRule() implements Rule {
  @Override
  public Tensor rectifier(Visit visit) {
    return visit.kernels().relu(visit.gradient());
  }

  @Override
  public boolean passesTrueGradients() {
    return true;
  }
}
