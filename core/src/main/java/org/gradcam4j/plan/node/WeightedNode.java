package org.gradcam4j.plan.node;

import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/** A linear node whose weights are parameters. */
public interface WeightedNode extends LinearNode {

  /** The weights. */
  Tensor weights();

  /** The same node with other weights and without a bias. */
  WeightedNode with(Tensor weights);

  @Override
  default boolean ownsOutput() {
    return true;
  }

  @Override
  default WeightedNode excitatory(Kernels kernels) {
    return with(kernels.relu(weights()));
  }

  /** The same node by its negative weights alone, turned ({@code max(-w, 0)}), without a bias. */
  default WeightedNode inhibitory(Kernels kernels) {
    return with(kernels.reluInPlace(kernels.scale(weights(), -1)));
  }
}
