package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * Zeros around the image.
 *
 * @param top rows above
 * @param bottom rows below
 * @param left columns left
 * @param right columns right
 */
public record ZeroPaddingNode(int top, int bottom, int left, int right) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    if (in.length != 3) {
      throw Shapes.mismatch("zero padding", in);
    }
    return new long[] {in[0] + top + bottom, in[1] + left + right, in[2]};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    long[] in = x.shape();
    return kernels.embed(x, top, left, 0, in[1] + top + bottom, in[2] + left + right, in[3]);
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    long[] in = visit.input().shape();
    return List.of(visit.kernels().crop(visit.gradient(), top, left, in[1], in[2]));
  }
}
