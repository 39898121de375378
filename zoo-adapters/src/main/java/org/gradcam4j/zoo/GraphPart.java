package org.gradcam4j.zoo;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.gradcam4j.text.Names;

/** The part of a graph that a layer is computed from. */
final class GraphPart {
  private GraphPart() {}

  /**
   * A graph of the layer and those before it, with the same parameters, copied; the layer is its
   * output.
   *
   * @throws IllegalArgumentException if there is no such layer, naming similar ones
   */
  private static ComputationGraph upTo(ComputationGraph graph, String layer) {
    ComputationGraphConfiguration conf = graph.getConfiguration();
    if (!conf.getVertices().containsKey(layer)) {
      throw new IllegalArgumentException(
          "no layer '%s' in this network; %s"
              .formatted(layer, Names.suggest(layer, List.copyOf(conf.getVertices().keySet()))));
    }
    Set<String> needed = new HashSet<>();
    need(conf, layer, needed);
    TransferLearning.GraphBuilder part = new TransferLearning.GraphBuilder(graph);
    conf.getVertices().keySet().stream()
        .filter(name -> !needed.contains(name))
        .forEach(part::removeVertexAndConnections);
    return part.setOutputs(layer).build();
  }

  private static void need(ComputationGraphConfiguration conf, String name, Set<String> needed) {
    if (conf.getVertices().containsKey(name) && needed.add(name)) {
      conf.getVertexInputs().get(name).forEach(input -> need(conf, input, needed));
    }
  }

  /** A graph up to the layer, or up to that whose output describes an image. */
  static ComputationGraph features(ComputationGraph graph, Optional<String> layer) {
    return upTo(graph, layer.orElseGet(() -> describing(graph)));
  }

  /** The first global pooling, or what the first dense layer reads, whichever comes first. */
  private static String describing(ComputationGraph graph) {
    ComputationGraphConfiguration conf = graph.getConfiguration();
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      Layer layer = layer(conf, name);
      if (layer instanceof GlobalPoolingLayer) {
        return name;
      }
      if (layer instanceof DenseLayer || layer instanceof BaseOutputLayer) {
        return withoutDropout(conf, conf.getVertexInputs().get(name).get(0));
      }
    }
    throw new IllegalArgumentException(
        "the network has neither a global pooling nor a dense layer");
  }

  private static String withoutDropout(ComputationGraphConfiguration conf, String name) {
    return layer(conf, name) instanceof DropoutLayer
        ? withoutDropout(conf, conf.getVertexInputs().get(name).get(0))
        : name;
  }

  private static Layer layer(ComputationGraphConfiguration conf, String name) {
    return conf.getVertices().get(name) instanceof LayerVertex vertex
        ? vertex.getLayerConf().getLayer()
        : null;
  }
}
