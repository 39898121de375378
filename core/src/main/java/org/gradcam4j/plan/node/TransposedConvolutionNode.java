package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;

/**
 * Transposed convolution ("deconvolution") {@code [N, H', W', in] -> [N, H, W, out]}: what the
 * gradient of a convolution from {@code [H, W, out]} to {@code [H', W', in]} computes.
 *
 * @param weights {@code [in, out, kH, kW]}
 * @param bias {@code [out]}, or null
 * @param window the window of that convolution
 */
public record TransposedConvolutionNode(Tensor weights, Tensor bias, Window window)
    implements WeightedNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    long channels = weights.shape()[0];
    if (in.length != 3 || in[2] != channels) {
      throw Shapes.mismatch("a transposed convolution of " + channels + " channels", in);
    }
    return new long[] {window.inputHeight(in[0]), window.inputWidth(in[1]), weights.shape()[1]};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    long[] in = x.shape();
    Tensor result =
        kernels.convolutionInputGradient(
            x, weights, window, window.inputHeight(in[1]), window.inputWidth(in[2]));
    return bias == null ? result : kernels.addVectorInPlace(result, bias);
  }

  @Override
  public List<Tensor> transpose(Visit visit) {
    return List.of(visit.kernels().convolution(visit.gradient(), weights, null, window));
  }

  @Override
  public WeightedNode with(Tensor others) {
    return new TransposedConvolutionNode(others, null, window);
  }
}
