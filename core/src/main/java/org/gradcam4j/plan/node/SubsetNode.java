package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * Some of its input's channels, as in a grouped convolution.
 *
 * @param from the first channel
 * @param count how many
 */
public record SubsetNode(int from, int count) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] shape = inputs.get(0).clone();
    if (shape[shape.length - 1] < from + count) {
      throw Shapes.mismatch("taking channels " + from + " to " + (from + count - 1), shape);
    }
    shape[shape.length - 1] = count;
    return shape;
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.channels(inputs.get(0), from, count);
  }

  @Override
  public Window reach() {
    return Window.cell();
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    Kernels kernels = visit.kernels();
    long[] in = visit.input().shape();
    Tensor gradient = visit.gradient();
    if (in.length == 4) {
      return List.of(kernels.embed(gradient, 0, 0, from, in[1], in[2], in[3]));
    }
    Tensor cells = kernels.reshape(gradient, gradient.rows(), 1, 1, count);
    Tensor whole = kernels.embed(cells, 0, 0, from, 1, 1, in[1]);
    return List.of(kernels.reshape(whole, gradient.rows(), in[1]));
  }
}
