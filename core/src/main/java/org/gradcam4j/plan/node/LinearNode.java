package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * A node that is linear in its inputs but for a bias: how a rule weighs its connections differs.
 */
public interface LinearNode extends Node {

  /** Which connections take part. */
  enum Connections {
    /** Every weight as it is. */
    ALL,
    /** The positive weights alone: {@code max(w, 0)}. */
    EXCITATORY,
    /** The negative weights alone, turned: {@code max(-w, 0)}. */
    INHIBITORY
  }

  /** The node without its bias, by the given connections. */
  Tensor apply(Kernels kernels, List<Tensor> inputs, Connections connections);

  /**
   * The transpose of {@link #apply}: what each input gets of the gradient.
   *
   * @param visit its gradient is what is transposed; its inputs tell sizes
   */
  List<Tensor> transpose(Visit visit, Connections connections);

  @Override
  default List<Tensor> backward(Visit visit, Rule rule) {
    return rule.linear(this, visit);
  }

  /** The weights that take part. */
  static Tensor select(Kernels kernels, Tensor weights, Connections connections) {
    return switch (connections) {
      case ALL -> weights;
      case EXCITATORY -> kernels.relu(weights);
      case INHIBITORY -> kernels.reluInPlace(kernels.scale(weights, -1));
    };
  }
}
