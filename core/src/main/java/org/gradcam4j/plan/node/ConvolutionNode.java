package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Epilogue;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;

/**
 * Convolution {@code [N, H, W, in] -> [N, H', W', out]}.
 *
 * @param weights {@code [out, in, kH, kW]}
 * @param bias {@code [out]}, or null
 * @param window the sliding window
 */
public record ConvolutionNode(Tensor weights, Tensor bias, Window window) implements WeightedNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    long channels = weights.shape()[1];
    if (in.length != 3 || in[2] != channels) {
      throw Shapes.mismatch("a convolution of " + channels + " channels", in);
    }
    return new long[] {window.outputHeight(in[0]), window.outputWidth(in[1]), weights.shape()[0]};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.convolution(inputs.get(0), weights, bias, window);
  }

  /** The output of the convolution and of the nodes that follow it. */
  public Tensor forward(Kernels kernels, Tensor input, Epilogue epilogue) {
    return kernels.convolution(input, weights, bias, window, epilogue);
  }

  @Override
  public Window reach() {
    return window;
  }

  @Override
  public Node unpadded() {
    return new ConvolutionNode(weights, bias, window.unpadded());
  }

  @Override
  public double operations(long[] shape) {
    long[] w = weights.shape();
    return (double) shape[0] * shape[1] * w[0] * w[1] * w[2] * w[3];
  }

  @Override
  public List<Tensor> transpose(Visit visit) {
    long[] in = visit.input().shape();
    return List.of(
        visit.kernels().convolutionInputGradient(visit.gradient(), weights, window, in[1], in[2]));
  }

  /** The transpose of the convolution and the normalisation behind it. */
  public Tensor transpose(Visit visit, BatchNormalizationNode behind) {
    long[] in = visit.input().shape();
    return visit
        .kernels()
        .convolutionInputGradient(
            visit.gradient(), weights, window, in[1], in[2], behind.derivative());
  }

  @Override
  public WeightedNode with(Tensor others) {
    return new ConvolutionNode(others, null, window);
  }
}
