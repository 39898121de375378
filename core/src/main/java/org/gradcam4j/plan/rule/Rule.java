package org.gradcam4j.plan.rule;

import java.util.List;
import java.util.function.Supplier;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.node.LinearNode;
import org.gradcam4j.plan.node.Visit;

/**
 * How nodes pass a gradient backward. Nodes whose rule is the same for all (pooling by maximum,
 * joining, flattening, ...) do not ask.
 */
public interface Rule {
  /** What passes through {@code max(x, 0)}. */
  Tensor rectifier(Visit visit);

  /** What passes to each input of a node that is linear in them. */
  default List<Tensor> linear(LinearNode node, Visit visit) {
    return node.transpose(visit);
  }

  /**
   * What passes through a normalisation or another activation function, whose true gradient the
   * supplier computes.
   */
  default Tensor other(Visit visit, Supplier<Tensor> gradient) {
    return gradient.get();
  }

  /**
   * Whether {@link #linear} and {@link #other} are the true gradients, so that a convolution and
   * the normalisation behind it may be passed at once.
   */
  default boolean passesTrueGradients() {
    return false;
  }

  /** Whether linear nodes and rectifiers read their inputs of the forward pass. */
  default boolean readsAllActivations() {
    return false;
  }
}
