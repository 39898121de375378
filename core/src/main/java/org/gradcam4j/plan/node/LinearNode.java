package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/** A node that is linear in its inputs but for a bias. */
public interface LinearNode extends Node {

  /** What each input gets of the visit's gradient: the true gradient. */
  List<Tensor> transpose(Visit visit);

  /**
   * The same node by its positive weights alone and without a bias; the node itself where all
   * weights are positive, as in sums and means.
   */
  default LinearNode excitatory(Kernels kernels) {
    return this;
  }

  @Override
  default List<Tensor> backward(Visit visit, Rule rule) {
    return rule.linear(this, visit);
  }
}
