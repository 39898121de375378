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
public record DenseNode(Tensor weights, Tensor bias) implements WeightedNode {
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
  public double operations(long[] shape) {
    long[] w = weights.shape();
    return (double) w[0] * w[1];
  }

  @Override
  public List<Tensor> transpose(Visit visit) {
    return List.of(visit.kernels().product(visit.gradient(), weights, true));
  }

  @Override
  public WeightedNode with(Tensor others) {
    return new DenseNode(others, null);
  }
}
