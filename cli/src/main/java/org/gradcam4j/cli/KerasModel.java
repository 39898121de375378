package org.gradcam4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.gradcam4j.zoo.weights.KerasWeights;

/**
 * A whole Keras model in an HDF5 file, {@code model.save("model.h5")}, read by Deeplearning4j's
 * import.
 *
 * @param network a ComputationGraph or, of a Sequential model, a MultiLayerNetwork
 * @param height rows of its input; 0 where the model leaves them open
 * @param width columns of its input; 0 where the model leaves them open
 */
record KerasModel(Model network, int height, int width) {
  private static final int SIGNATURE = 8;

  /** Whether the file begins like HDF5. */
  static boolean isHdf5(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return KerasWeights.matches(in.readNBytes(SIGNATURE));
    }
  }

  /**
   * Reads the file.
   *
   * @throws UserError if it is not such a file, saying why
   */
  static KerasModel read(Path file) {
    try {
      // The native library behind the import follows links out of the file and trusts its sizes.
      KerasWeights.open(file).close();
      JsonNode model = configuration(file);
      String path = file.toString();
      boolean sequential = model.path("class_name").asText().equals("Sequential");
      Model network =
          sequential
              ? KerasModelImport.importKerasSequentialModelAndWeights(path, false)
              : KerasModelImport.importKerasModelAndWeights(path, false);
      JsonNode shape = inputShape(model);
      return new KerasModel(network, shape.path(1).asInt(), shape.path(2).asInt());
    } catch (Exception e) {
      throw new UserError("cannot read the Keras model " + file + ": " + Gradcam.oneLine(e), e);
    }
  }

  private static JsonNode configuration(Path file)
      throws JsonProcessingException, UnsupportedKerasConfigurationException {
    try (Hdf5Archive archive = new Hdf5Archive(file.toString())) {
      if (!archive.hasAttribute("model_config")) {
        throw new UserError(
            file
                + " holds the weights of a Keras model without the model: save it by"
                + " model.save(\"model.h5\"), or give a published network's weights as --weights");
      }
      return new ObjectMapper().readTree(archive.readAttributeAsJson("model_config"));
    }
  }

  /** {@code [null, H, W, C]} of the first layer that states it. */
  private static JsonNode inputShape(JsonNode model) {
    for (String name : new String[] {"batch_input_shape", "batch_shape"}) {
      JsonNode shape = model.findValue(name);
      if (shape != null && shape.size() == 4) {
        return shape;
      }
    }
    return new ObjectMapper().nullNode();
  }
}
