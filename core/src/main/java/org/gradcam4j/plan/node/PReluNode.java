package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * {@code x} where {@code x > 0}, else {@code alpha x} with a learned alpha (He et al. 2015). Guided
 * backpropagation and deconvolution pass the true gradient.
 *
 * @param alpha {@code [1, H, W, C]} or {@code [1, F]}; axes that share a slope have size 1
 */
public record PReluNode(Tensor alpha) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    long[] slopes = alpha.shape();
    boolean fits = slopes.length == in.length + 1;
    for (int axis = 0; fits && axis < in.length; axis++) {
      fits = slopes[axis + 1] == 1 || slopes[axis + 1] == in[axis];
    }
    if (!fits) {
      throw Shapes.mismatch("a rectifier of slopes " + java.util.Arrays.toString(slopes), in);
    }
    return in;
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor negative = kernels.subtract(x, kernels.relu(x));
    return kernels.addInPlace(kernels.relu(x), sloped(kernels, negative));
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(rule.other(visit, () -> gradient(visit)));
  }

  private Tensor gradient(Visit visit) {
    Kernels kernels = visit.kernels();
    Tensor above = kernels.where(visit.input(), visit.gradient(), visit.rows());
    Tensor below = kernels.subtract(visit.gradient(), above);
    return kernels.add(above, sloped(kernels, below));
  }

  private Tensor sloped(Kernels kernels, Tensor x) {
    return kernels.multiply(Broadcast.expand(kernels, alpha, x.shape()), x, new int[x.rows()]);
  }
}
