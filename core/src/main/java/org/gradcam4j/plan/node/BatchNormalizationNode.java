package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * Batch normalisation at inference, {@code gamma (x - mean) / sqrt(variance + epsilon) + beta}: the
 * statistics are constants, so its gradient is {@code g gamma / sqrt(variance + epsilon)}.
 *
 * @param gamma {@code [C]}
 * @param beta {@code [C]}
 * @param mean {@code [C]}
 * @param spread {@code [C]}: the variance, or the decimal logarithm of the deviation
 * @param logarithmic whether {@code spread} is that logarithm
 * @param epsilon what is added to the variance
 * @param zeros {@code [C]} zeros
 */
public record BatchNormalizationNode(
    Tensor gamma,
    Tensor beta,
    Tensor mean,
    Tensor spread,
    boolean logarithmic,
    double epsilon,
    Tensor zeros)
    implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    if (in[in.length - 1] != gamma.channels()) {
      throw Shapes.mismatch("batch normalisation of " + gamma.channels() + " channels", in);
    }
    return in;
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.batchNormalization(inputs.get(0), gamma, beta, mean, variance(kernels), epsilon);
  }

  @Override
  public boolean ownsOutput() {
    return true;
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(rule.other(visit, () -> gradient(visit)));
  }

  private Tensor gradient(Visit visit) {
    Kernels kernels = visit.kernels();
    return kernels.batchNormalization(
        visit.gradient(), gamma, zeros, zeros, variance(kernels), epsilon);
  }

  private Tensor variance(Kernels kernels) {
    return logarithmic ? kernels.varianceOfLog10Deviation(spread) : spread;
  }
}
