package org.gradcam4j.plan;

import java.util.Map;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.node.Node;

/**
 * Makes the node of a layer or vertex kind that gradcam4j does not know.
 *
 * @param <C> the layer's or vertex's configuration class
 */
@FunctionalInterface
public interface NodeFactory<C> {
  /**
   * The node, which does all that the layer does: its activation function too, if it has one.
   *
   * @param configuration the layer's or vertex's configuration
   * @param parameters the layer's parameters by key ({@code W}, {@code b}), which the node shares,
   *     in the axes that Deeplearning4j keeps them in; none for a vertex
   */
  Node node(C configuration, Map<String, Tensor> parameters);
}
