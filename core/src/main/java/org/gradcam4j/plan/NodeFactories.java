package org.gradcam4j.plan;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.node.Node;

/** Factories of nodes by configuration class; immutable. */
public final class NodeFactories {
  private final Map<Class<?>, NodeFactory<?>> factories;

  private NodeFactories(Map<Class<?>, NodeFactory<?>> factories) {
    this.factories = factories;
  }

  /** No factory: the nodes of gradcam4j alone. */
  public static NodeFactories none() {
    return new NodeFactories(Map.of());
  }

  /**
   * These and one more, which goes before gradcam4j's own node where that covers the class too.
   *
   * @param configuration the class of the layer's or vertex's configuration, not one above it
   */
  public <C> NodeFactories with(Class<C> configuration, NodeFactory<? super C> factory) {
    Map<Class<?>, NodeFactory<?>> more = new HashMap<>(factories);
    more.put(configuration, factory);
    return new NodeFactories(more);
  }

  /** The node of a configuration, if a factory is for its class. */
  Optional<Node> node(Object configuration, Map<String, Tensor> parameters) {
    @SuppressWarnings("unchecked") // with() ties the key to the factory's type.
    NodeFactory<Object> factory = (NodeFactory<Object>) factories.get(configuration.getClass());
    return Optional.ofNullable(factory).map(f -> f.node(configuration, parameters));
  }
}
