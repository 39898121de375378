package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.gradcam4j.Explainer;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.plan.NetworkPlan;
import org.nd4j.linalg.api.buffer.DataType;

/** A network in Deeplearning4j's own file, as ModelSerializer writes it: one of the two kinds. */
final class OwnNetwork {
  private static final int SMALLEST = 8;
  private static final int LARGEST = 1024;

  private final ComputationGraph graph;
  private final MultiLayerNetwork layers;
  private final Path file;

  private OwnNetwork(ComputationGraph graph, MultiLayerNetwork layers, Path file) {
    this.graph = graph;
    this.layers = layers;
    this.file = file;
  }

  /**
   * Reads the file.
   *
   * @throws UserError if it is not such a file, saying why
   */
  static OwnNetwork read(Path file, DataType type) throws IOException {
    boolean isGraph = isGraph(file);
    try {
      if (isGraph) {
        ComputationGraph graph = ModelSerializer.restoreComputationGraph(file.toFile(), false);
        return new OwnNetwork(graph.convertDataType(type), null, file);
      }
      MultiLayerNetwork network = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), false);
      return new OwnNetwork(null, network.convertDataType(type), file);
    } catch (IOException | RuntimeException e) {
      throw new UserError(
          "cannot read the network "
              + file
              + ": it is damaged or of another Deeplearning4j version ("
              + Gradcam.oneLine(e)
              + ")",
          e);
    }
  }

  /** Looks into the file before Deeplearning4j does, whose errors do not name it. */
  private static boolean isGraph(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UserError("no such network file: " + file.toAbsolutePath());
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.getEntry(ModelSerializer.PREPROCESSOR_BIN) != null) {
        // Java's deserialisation runs code that a file names.
        throw new UserError(
            file
                + " holds a serialised Java object, which is not read for safety: save the network"
                + " again by ModelSerializer.writeModel");
      }
      ZipEntry configuration = zip.getEntry(ModelSerializer.CONFIGURATION_JSON);
      if (configuration == null || zip.getEntry(ModelSerializer.COEFFICIENTS_BIN) == null) {
        throw new UserError(
            file
                + " is not a Deeplearning4j network: expected configuration.json and"
                + " coefficients.bin in it, as ModelSerializer.writeModel writes them");
      }
      String json =
          new String(zip.getInputStream(configuration).readAllBytes(), StandardCharsets.UTF_8);
      return json.contains("\"networkInputs\"");
    } catch (ZipException e) {
      throw new UserError(
          file
              + " is not a Deeplearning4j network: it is damaged or no zip file ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  Explainer.Builder builder(Preprocessing preprocessing) {
    return graph != null
        ? Explainer.builder(graph, preprocessing)
        : Explainer.builder(layers, preprocessing);
  }

  /**
   * The size of its input, where its dense layer fits one alone: the file does not say it.
   *
   * @throws UserError asking for {@code --size}
   */
  int[] inputSize() {
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
