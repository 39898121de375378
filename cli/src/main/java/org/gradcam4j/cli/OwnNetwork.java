package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.gradcam4j.Explainer;
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

  private OwnNetwork(Model network, DataType type, Path file, int height, int width) {
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
      return new OwnNetwork(keras.network(), type, file, keras.height(), keras.width());
    }
    boolean isGraph = isGraph(file);
    try {
      Model network =
          isGraph
              ? ModelSerializer.restoreComputationGraph(file.toFile(), false)
              : ModelSerializer.restoreMultiLayerNetwork(file.toFile(), false);
      return new OwnNetwork(network, type, file, 0, 0);
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
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.getEntry(ModelSerializer.PREPROCESSOR_BIN) != null) {
        // Java's deserialisation runs code that a file names.
        throw new UserError(
            file
                + " holds a serialised Java object, which is not read for safety: save the network"
                + " again by ModelSerializer.writeModel");
      }
      if (zip.getEntry("model.weights.h5") != null) {
        throw new UserError(
            file
                + " is a Keras 3 file, which Deeplearning4j does not import: save the model as HDF5,"
                + " model.save(\"model.h5\")");
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
