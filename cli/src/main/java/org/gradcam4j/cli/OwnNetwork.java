package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.gradcam4j.Explainer;
import org.gradcam4j.evaluation.head.NetworkFacts;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.plan.NetworkPlan;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A network of the user's own, of one of Deeplearning4j's two kinds: from its own file, as
 * ModelSerializer writes it, or from a Keras model.
 */
final class OwnNetwork {
  private static final int SMALLEST = 8;
  private static final int LARGEST = 1024;

  private final ComputationGraph graph;
  private final MultiLayerNetwork layers;
  private final Path file;
  private final int height;
  private final int width;
  private final Optional<NetworkFacts> facts;

  private OwnNetwork(
      Model network,
      DataType type,
      Path file,
      int height,
      int width,
      Optional<NetworkFacts> facts) {
    this.facts = facts;
    this.graph = network instanceof ComputationGraph own ? own.convertDataType(type) : null;
    this.layers = network instanceof MultiLayerNetwork own ? own.convertDataType(type) : null;
    this.file = file;
    this.height = height;
    this.width = width;
  }

  /**
   * Reads the file.
   *
   * @throws UserError if it is not such a file, saying why
   */
  static OwnNetwork read(Path file, DataType type) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UserError("no such network file: " + file.toAbsolutePath());
    }
    if (KerasModel.isHdf5(file)) {
      KerasModel keras = KerasModel.read(file);
      return new OwnNetwork(
          keras.network(), type, file, keras.height(), keras.width(), Optional.empty());
    }
    return new OwnNetwork(Dl4jModel.read(file), type, file, 0, 0, NetworkFacts.read(file));
  }

  /** What its file says beside the network; a Keras model's says nothing. */
  Optional<NetworkFacts> facts() {
    return facts;
  }

  /** The network. */
  Model model() {
    return graph != null ? graph : layers;
  }

  Explainer.Builder builder(Preprocessing preprocessing) {
    return graph != null
        ? Explainer.builder(graph, preprocessing)
        : Explainer.builder(layers, preprocessing);
  }

  /**
   * The size of its input: that which a Keras model states, or the one that its dense layer fits;
   * Deeplearning4j's file does not say it.
   *
   * @throws UserError asking for {@code --size}
   */
  int[] inputSize() {
    if (height > 0 && width > 0) {
      return new int[] {height, width};
    }
    NetworkPlan plan = graph != null ? NetworkPlan.of(graph) : NetworkPlan.of(layers);
    int first = 0;
    int last = 0;
    for (int side = SMALLEST; side <= LARGEST; side++) {
      if (fits(plan, side)) {
        first = first == 0 ? side : first;
        last = side;
      }
    }
    if (first == 0) {
      throw new UserError("give the size of the input of " + file + ": --size HxW");
    }
    if (first < last) {
      throw new UserError(
          "give the size of the input of "
              + file
              + ", which the file does not say: --size N; squares "
              + (last == LARGEST ? "from " + first : "of " + first + " to " + last)
              + " fit");
    }
    return new int[] {first, first};
  }

  private static boolean fits(NetworkPlan plan, int side) {
    try {
      plan.shapes(side, side);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
