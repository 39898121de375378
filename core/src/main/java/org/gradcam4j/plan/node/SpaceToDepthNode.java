package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * Blocks of cells become channels: {@code [N, H, W, C] -> [N, H / b, W / b, b b C]}; cell (i, j) of
 * a block goes to channels {@code (i b + j) C} and following.
 *
 * @param block side b of a block
 */
public record SpaceToDepthNode(int block) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    if (in.length != 3 || in[0] % block != 0 || in[1] % block != 0) {
      throw Shapes.mismatch("space to depth by blocks of " + block, in);
    }
    return new long[] {in[0] / block, in[1] / block, in[2] * block * block};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.spaceToDepth(inputs.get(0), block);
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(visit.kernels().depthToSpace(visit.gradient(), block));
  }
}
