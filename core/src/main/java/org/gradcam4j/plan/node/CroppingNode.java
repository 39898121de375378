package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * Cuts rows and columns off: {@code [N, H, W, C] -> [N, H - top - bottom, W - left - right, C]}.
 *
 * @param top rows above
 * @param bottom rows below
 * @param left columns on the left
 * @param right columns on the right
 */
public record CroppingNode(int top, int bottom, int left, int right) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    if (in.length != 3 || in[0] <= top + bottom || in[1] <= left + right) {
      throw Shapes.mismatch(
          "cropping " + top + ", " + bottom + " rows and " + left + ", " + right + " columns", in);
    }
    return new long[] {in[0] - top - bottom, in[1] - left - right, in[2]};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    long[] in = x.shape();
    return kernels.crop(x, top, left, in[1] - top - bottom, in[2] - left - right);
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    long[] in = visit.input().shape();
    return List.of(visit.kernels().embed(visit.gradient(), top, left, 0, in[1], in[2], in[3]));
  }
}
