package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;

/**
 * Repeats every cell: {@code [N, H, W, C] -> [N, H h, W w, C]}. It is the transpose of summing
 * blocks, so that the kernels of average pooling serve both ways.
 *
 * @param height rows that each becomes
 * @param width columns that each becomes
 */
public record UpsamplingNode(int height, int width) implements LinearNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    if (in.length != 3) {
      throw Shapes.mismatch("upsampling", in);
    }
    return new long[] {in[0] * height, in[1] * width, in[2]};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    long[] in = inputs.get(0).shape();
    Tensor shares =
        kernels.averagePoolGradient(inputs.get(0), block(), true, in[1] * height, in[2] * width);
    return kernels.scale(shares, (double) height * width);
  }

  @Override
  public List<Tensor> transpose(Visit visit) {
    return List.of(sumBlocks(visit.kernels(), visit.gradient()));
  }

  Tensor sumBlocks(Kernels kernels, Tensor gradient) {
    Tensor means = kernels.averagePool(gradient, block(), true);
    return kernels.scale(means, (double) height * width);
  }

  private Window block() {
    return Window.block(height, width);
  }
}
