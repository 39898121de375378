package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;

/**
 * Convolution of each channel by filters of its own, {@code [N, H, W, C] -> [N, H', W', C M]};
 * output channel {@code c M + m} is filter m of channel c.
 *
 * @param weights {@code [kH, kW, C, M]}
 * @param bias {@code [C M]}, or null
 * @param window the sliding window
 */
public record DepthwiseConvolutionNode(Tensor weights, Tensor bias, Window window)
    implements WeightedNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    long[] w = weights.shape();
    if (in.length != 3 || in[2] != w[2]) {
      throw Shapes.mismatch("a depthwise convolution of " + w[2] + " channels", in);
    }
    return new long[] {window.outputHeight(in[0]), window.outputWidth(in[1]), w[2] * w[3]};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.depthwiseConvolution(inputs.get(0), weights, bias, window);
  }

  @Override
  public Window reach() {
    return window;
  }

  @Override
  public Node unpadded() {
    return new DepthwiseConvolutionNode(weights, bias, window.unpadded());
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
        visit
            .kernels()
            .depthwiseConvolutionInputGradient(visit.gradient(), weights, window, in[1], in[2]));
  }

  @Override
  public WeightedNode with(Tensor others) {
    return new DepthwiseConvolutionNode(others, null, window);
  }
}
