package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.gradcam4j.cli.Runs.gradcam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Gradient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Keras models as h5py wrote them, against PyTorch: src/test/python/keras_models.py. */
class KerasModelTest {
  private static final int HEIGHT = 24, WIDTH = 20;

  @TempDir Path folder;

  private Path model(String name) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      try (InputStream in = KerasModelTest.class.getResourceAsStream(name)) {
        Files.copy(in, file);
      }
    }
    return file;
  }

  private static double[] numbers(String key) throws IOException {
    try (InputStream in = KerasModelTest.class.getResourceAsStream("keras-models.json")) {
      JsonNode values = new ObjectMapper().readTree(in).get(key);
      double[] numbers = new double[values.size()];
      Arrays.setAll(numbers, i -> values.get(i).asDouble());
      return numbers;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras-sequential.h5", "keras-functional.h5"})
  void scoresArePyTorchs(String name) throws IOException {
    OwnNetwork network = OwnNetwork.read(model(name), DataType.DOUBLE);
    assertThat(network.inputSize()).containsExactly(HEIGHT, WIDTH);
    double[] input = numbers("input");
    float[] pixels = new float[input.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) input[i];
    }
    List<NetworkInput> image = List.of(NetworkInput.of("image", 3, HEIGHT, WIDTH, pixels));
    // The self-check compares the plan with Deeplearning4j's output too.
    try (Explainer explainer = network.builder(Preprocessing.torchvision(HEIGHT, WIDTH)).build()) {
      double[] logits =
          explainer.predict(image).get(0).stream().mapToDouble(Prediction::logit).toArray();
      assertThat(logits).containsExactly(numbers(name), within(1e-6));
      explainer
          .explain(image, List.of(new GradCam(), new Gradient()), List.of(Target.topPredicted()))
          .forEach(e -> assertThat(e.map().values()).isNotEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras-sequential.h5", "keras-functional.h5"})
  void aMapInOneCommand(String name) throws IOException {
    Path photo = folder.resolve("photo.png");
    BufferedImage picture = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int i = 0; i < 64 * 48; i++) {
      picture.setRGB(i % 64, i / 64, random.nextInt(0x1000000));
    }
    ImageIO.write(picture, "png", photo.toFile());
    Path out = folder.resolve("out");
    gradcam("explain", photo, "--model", model(name), "--out", out).isOk();
    JsonNode record = new ObjectMapper().readTree(out.resolve("photo.json").toFile());
    assertThat(record.at("/network/name").asText()).isEqualTo(name);
    assertThat(out.resolve(record.at("/explanations/0/overlay").asText())).exists();
    gradcam("layers", model(name)).isOk();
  }

  @Test
  void aDamagedModelIsOneLine() throws IOException {
    byte[] whole = Files.readAllBytes(model("keras-functional.h5"));
    Random random = new Random(5);
    Path file = folder.resolve("cut.h5");
    for (int i = 0; i < 50; i++) {
      Files.write(file, Arrays.copyOf(whole, 8 + random.nextInt(whole.length - 8)));
      assertThatThrownBy(() -> OwnNetwork.read(file, DataType.FLOAT))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("cut.h5")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void whatIsNoModelIsSaid() throws IOException {
    try (InputStream in = KerasModelTest.class.getResourceAsStream("keras-functional.h5")) {
      byte[] bytes = in.readAllBytes();
      String name = "model_config";
      for (int i = 0; i + name.length() < bytes.length; i++) {
        if (new String(bytes, i, name.length(), java.nio.charset.StandardCharsets.ISO_8859_1)
            .equals(name)) {
          bytes[i] = 'n';
        }
      }
      Path file = Files.write(folder.resolve("weights.h5"), bytes);
      gradcam("explain", "x.png", "--model", file)
          .isUsersMistake("weights.h5", "holds the weights of a Keras model without the model");
    }
    gradcam("explain", "x.png", "--model", folder.resolve("none.h5"))
        .isUsersMistake("no such network file");
  }
}
