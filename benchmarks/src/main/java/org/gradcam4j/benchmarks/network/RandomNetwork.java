package org.gradcam4j.benchmarks.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.zoo.NetworkAdapter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Published networks with random weights, the same in every process, and random images for them.
 *
 * <p>Weights are uniform with the variance of He et al. (2015), {@code 2 / fan-in}, so that
 * activations keep their size and scores are of the order of 1; where a branch joins a sum, its
 * batch normalisation scales it down, since sixteen branches that each double the variance would
 * leave scores of thousands, of which a comparison says little.
 */
public final class RandomNetwork {
  private static final long SEED = 1;

  private RandomNetwork() {}

  /** The network in single precision. */
  public static ComputationGraph graph(NetworkAdapter adapter) {
    ComputationGraph graph = adapter.architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    Nd4j.getRandom().setSeed(SEED);
    // All parameters are views of one array.
    Nd4j.rand(graph.params(), -1, 1, Nd4j.getRandom());
    Set<String> branches = branches(graph);
    for (Layer layer : graph.getLayers()) {
      double branch = branches.contains(layer.conf().getLayer().getLayerName()) ? 0.25 : 1;
      layer.paramTable().forEach((kind, parameter) -> scale(kind, parameter, branch));
    }
    return graph;
  }

  /** The layers that a sum reads. */
  private static Set<String> branches(ComputationGraph graph) {
    Map<String, List<String>> inputs = graph.getConfiguration().getVertexInputs();
    return graph.getConfiguration().getVertices().entrySet().stream()
        .filter(vertex -> vertex.getValue() instanceof ElementWiseVertex)
        .flatMap(vertex -> inputs.get(vertex.getKey()).stream())
        .collect(Collectors.toSet());
  }

  /** From numbers in [-1, 1). */
  private static void scale(String kind, INDArray parameter, double branch) {
    switch (kind) {
      case "W" -> parameter.muli(Math.sqrt(6 / fanIn(parameter)));
      case "gamma" -> parameter.muli(0.1).addi(1).muli(branch);
      case "var" -> parameter.muli(0.5).addi(1);
      default -> parameter.muli(0.1);
    }
  }

  private static double fanIn(INDArray weights) {
    return weights.rank() == 2 ? weights.size(0) : (double) weights.length() / weights.size(0);
  }

  /** So many images of normally distributed values, all different. */
  public static List<NetworkInput> images(NetworkAdapter adapter, int count) {
    List<NetworkInput> images = new ArrayList<>();
    int size = adapter.preprocessing().height();
    for (int i = 0; i < count; i++) {
      images.add(NetworkInput.of("random " + i, 3, size, size, pixels(adapter, i)));
    }
    return images;
  }

  /** An image's values, {@code [3, H, W]}. */
  public static float[] pixels(NetworkAdapter adapter, int image) {
    int size = adapter.preprocessing().height();
    Random random = new Random(SEED + image);
    float[] values = new float[3 * size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
