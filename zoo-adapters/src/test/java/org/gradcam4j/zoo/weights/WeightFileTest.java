package org.gradcam4j.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.gradcam4j.zoo.weights.SafeTensorsWriter.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

class WeightFileTest {
  @TempDir Path folder;

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("file"), bytes);
    assertThatThrownBy(() -> WeightFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("weights file " + file)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "network.zip.pth",
        "network.legacy.pth",
        "protocol3.zip.pth",
        "protocol3.legacy.pth",
        "protocol4.legacy.pth",
        "protocol5.legacy.pth"
      })
  void pyTorchIsKnownByItsFirstBytes(String name) throws IOException {
    Path file = folder.resolve("no-suffix");
    try (InputStream in = WeightFileTest.class.getResourceAsStream(name)) {
      Files.copy(in, file);
    }
    try (NamedArrays arrays = WeightFile.open(file)) {
      assertThat(arrays).isInstanceOf(PyTorchStateDict.class);
      assertThat(arrays.names()).isNotEmpty();
    }
  }

  @Test
  void safetensorsAreKnownByTheirFirstBytes() throws IOException {
    Path file = folder.resolve("weights.pth");
    SafeTensorsWriter.write(file, Map.of("a", Nd4j.ones(3)), Precision.F32, Map.of());
    try (NamedArrays arrays = WeightFile.open(file)) {
      assertThat(arrays).isInstanceOf(SafeTensors.class);
      assertThat(arrays.read("a", 0, 3)).containsOnly(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"caffe-v1.caffemodel", "caffe-v2.caffemodel", "keras.h5"})
  void caffeAndKerasAreKnownByTheirFirstBytes(String name) throws IOException {
    Path file = folder.resolve("no-suffix");
    try (InputStream in = WeightFileTest.class.getResourceAsStream(name)) {
      Files.copy(in, file);
    }
    try (NamedArrays arrays = WeightFile.open(file)) {
      assertThat(arrays)
          .isInstanceOf(name.startsWith("keras") ? KerasWeights.class : CaffeModel.class);
      assertThat(arrays.names()).isNotEmpty();
    }
  }

  @Test
  void aDeeplearning4jNetworkIsSentElsewhere() throws IOException {
    assertRefused(
        PickleBytes.zip(Map.of("configuration.json", new byte[2], "coefficients.bin", new byte[9])),
        "is a Deeplearning4j network: give it as --model");
  }

  @Test
  void otherFilesAreToldWhatIsRead() throws IOException {
    String formats =
        "is of no format that is read: PyTorch state dict, PyTorch before 1.6, PyTorch tar, safetensors, Keras"
            + " HDF5, Caffe model";
    assertRefused(new byte[0], formats);
    assertRefused(new byte[1000], formats);
    assertRefused("a text".getBytes(StandardCharsets.UTF_8), formats);
    assertRefused(PickleBytes.pickle().ops("}.").bytes(), formats);
    assertRefused(PickleBytes.zip(Map.of("a.txt", new byte[9])), "is a zip without a data.pkl");
    assertRefused(new byte[] {'P', 'K', 3, 4, 0, 0, 0}, "is a truncated or damaged zip");
    assertThatThrownBy(() -> WeightFile.open(folder.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("none: no such file");
    assertThatThrownBy(() -> WeightFile.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(": no such file");
  }
}
