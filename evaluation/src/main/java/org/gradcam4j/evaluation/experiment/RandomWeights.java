package org.gradcam4j.evaluation.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Replaces a network's weights by normal random numbers of the same mean and deviation, layer by
 * layer. Biases and normalisation stay.
 */
public final class RandomWeights {
  private RandomWeights() {}

  /** The names of the layers that have weights, from the scores to the image. */
  public static List<String> layers(Model network) {
    List<String> names = new ArrayList<>();
    for (Layer layer : inOrder(network)) {
      if (!weights(layer).isEmpty()) {
        names.add(layer.conf().getLayer().getLayerName());
      }
    }
    Collections.reverse(names);
    return names;
  }

  /**
   * Replaces the weights of some layers. A layer's numbers depend on the seed and its own name
   * alone.
   */
  public static void draw(Model network, Collection<String> layers, long seed) {
    for (Layer layer : inOrder(network)) {
      String name = layer.conf().getLayer().getLayerName();
      if (layers.contains(name)) {
        Random random = new Random(seed * 31 + name.hashCode());
        weights(layer).forEach(weight -> draw(weight, random));
      }
    }
  }

  private static void draw(INDArray weight, Random random) {
    double[] before = weight.dup('c').data().asDouble();
    double mean = Arrays.stream(before).average().orElse(0);
    double variance = Arrays.stream(before).map(w -> (w - mean) * (w - mean)).average().orElse(0);
    double deviation = Math.sqrt(variance);
    double[] drawn = new double[before.length];
    Arrays.setAll(drawn, i -> mean + deviation * random.nextGaussian());
    weight.assign(
        Nd4j.createFromArray(drawn).reshape('c', weight.shape()).castTo(weight.dataType()));
  }

  private static List<Layer> inOrder(Model network) {
    if (network instanceof MultiLayerNetwork layers) {
      return Arrays.asList(layers.getLayers());
    }
    ComputationGraph graph = (ComputationGraph) network;
    List<Layer> layers = new ArrayList<>();
    for (int index : graph.topologicalSortOrder()) {
      if (graph.getVertices()[index].hasLayer()) {
        layers.add(graph.getVertices()[index].getLayer());
      }
    }
    return layers;
  }

  private static List<INDArray> weights(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    List<INDArray> weights = new ArrayList<>();
    for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
      if (conf.initializer().isWeightParam(conf, parameter.getKey())) {
        weights.add(parameter.getValue());
      }
    }
    return weights;
  }
}
