package org.gradcam4j.plan;

import org.gradcam4j.plan.node.Node;

/**
 * One of the nodes that a layer is read into, one after another.
 *
 * @param suffix what is appended to the layer's name; nothing for the last
 * @param node the node
 */
record Part(String suffix, Node node) {
  static Part last(Node node) {
    return new Part("", node);
  }
}
