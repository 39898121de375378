package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * Fully connected layer {@code [N, in] -> [N, out]}: {@code x w + b}.
 *
 * @param weights {@code [in, out]}
 * @param bias {@code [out]}, or null
 */
public record DenseNode(Tensor weights, Tensor bias) implements LinearNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    long features = weights.shape()[0];
    if (in.length != 1 || in[0] != features) {
      throw Shapes.mismatch("a dense layer of " + features + " features", in);
    }
    return new long[] {weights.shape()[1]};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor product = kernels.product(inputs.get(0), weights, false);
    return bias == null ? product : kernels.addVectorInPlace(product, bias);
  }

  @Override
  public Tensor apply(Kernels kernels, List<Tensor> inputs, Connections connections) {
    return kernels.product(inputs.get(0), LinearNode.select(kernels, weights, connections), false);
  }

  @Override
  public List<Tensor> transpose(Visit visit, Connections connections) {
    Kernels kernels = visit.kernels();
    return List.of(
        kernels.product(visit.gradient(), LinearNode.select(kernels, weights, connections), true));
  }
}
