package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Epilogue;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Normalization;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * Batch normalisation at inference, {@code gamma (x - mean) / sqrt(variance + epsilon) + beta}: the
 * statistics are constants, so its gradient is {@code g gamma / sqrt(variance + epsilon)}.
 *
 * @param normalization the forward pass
 * @param derivative the same with zeros for mean and beta
 * @param logarithmic whether both hold the decimal logarithm of the deviation for the variance
 */
public record BatchNormalizationNode(
    Normalization normalization, Normalization derivative, boolean logarithmic) implements Node {

  /** The node over a network's parameters. */
  public static BatchNormalizationNode of(
      Normalization normalization, Tensor zeros, boolean logarithmic) {
    Normalization derivative =
        new Normalization(
            normalization.gamma(), zeros, zeros, normalization.variance(), normalization.epsilon());
    return new BatchNormalizationNode(normalization, derivative, logarithmic);
  }

  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    int channels = normalization.gamma().channels();
    if (in[in.length - 1] != channels) {
      throw Shapes.mismatch("batch normalisation of " + channels + " channels", in);
    }
    return in;
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return apply(kernels, inputs.get(0), normalization);
  }

  @Override
  public boolean ownsOutput() {
    return true;
  }

  @Override
  public Epilogue follow(Epilogue epilogue, List<Tensor> others, long[] shape) {
    // A variance that each pass computes anew is not folded into weights.
    return logarithmic ? null : epilogue.normalized(normalization);
  }

  @Override
  public Window reach() {
    return Window.cell();
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(rule.other(visit, () -> apply(visit.kernels(), visit.gradient(), derivative)));
  }

  private Tensor apply(Kernels kernels, Tensor x, Normalization by) {
    return kernels.batchNormalization(
        x,
        logarithmic
            ? new Normalization(
                by.gamma(),
                by.beta(),
                by.mean(),
                kernels.varianceOfLog10Deviation(by.variance()),
                by.epsilon())
            : by);
  }
}
