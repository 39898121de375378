package org.gradcam4j.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.TestData;
import org.gradcam4j.zoo.Zoo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

class SafeTensorsTest {
  /**
   * Written with Python's struct and json: f32 = [[1.5, -2], [0.25, 3]], f16 = [1, -0.5, 65504,
   * 6e-8], bf16 = [1, -2.5], f64 = [0.1], i64 = [7], a scalar f32 without sizes.
   */
  private static final String FIXTURE =
      "iQEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJvcmlnaW4iOiJ0ZXN0In0sImEuZjMyIjp7ImR0eXBlIjoiRjMy"
          + "Iiwic2hhcGUiOlsyLDJdLCJkYXRhX29mZnNldHMiOlswLDE2XX0sImEuZjE2Ijp7ImR0eXBlIjoiRjE2Iiwi"
          + "c2hhcGUiOls0XSwiZGF0YV9vZmZzZXRzIjpbMTYsMjRdfSwiYS5iZjE2Ijp7ImR0eXBlIjoiQkYxNiIsInNo"
          + "YXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzI0LDI4XX0sImEuZjY0Ijp7ImR0eXBlIjoiRjY0Iiwic2hhcGUi"
          + "OlsxXSwiZGF0YV9vZmZzZXRzIjpbMjgsMzZdfSwiYS5pNjQiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzFd"
          + "LCJkYXRhX29mZnNldHMiOlszNiw0NF19LCJhLnNjYWxhciI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbXSwi"
          + "ZGF0YV9vZmZzZXRzIjpbNDQsNDhdfX0AAMA/AAAAwAAAgD4AAEBAADwAuP97AQCAPyDAmpmZmZmZuT8HAAAA"
          + "AAAAAAAAEEE=";

  @TempDir Path folder;

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("weights.safetensors"), bytes);
  }

  private Path file(String header, int dataBytes) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    return write(buffer.putLong(json.length).put(json).array());
  }

  @Test
  void readsEveryFloatingType() throws IOException {
    try (SafeTensors file = SafeTensors.open(write(Base64.getDecoder().decode(FIXTURE)))) {
      assertThat(file.names()).containsExactly("a.f32", "a.f16", "a.bf16", "a.f64", "a.scalar");
      assertThat(file.shape("a.f32")).containsExactly(2, 2);
      assertThat(file.read("a.f32", 0, 4)).containsExactly(1.5, -2, 0.25, 3);
      assertThat(file.read("a.f32", 1, 2)).containsExactly(-2, 0.25);
      assertThat(file.read("a.f16", 0, 4)).containsExactly(1, -0.5, 65504, Math.scalb(1.0, -24));
      assertThat(file.read("a.bf16", 0, 2)).containsExactly(1, -2.5);
      assertThat(file.read("a.f64", 0, 1)).containsExactly(0.1);
      assertThat(file.read("a.scalar", 0, 1)).containsExactly(9);
      assertThat(file.metadata()).isEqualTo(Map.of("origin", "test"));
    }
  }

  @Test
  void halfPrecisionAtItsEdges() {
    assertThat(SafeTensors.half((short) 0x0000)).isZero();
    assertThat(SafeTensors.half((short) 0x03FF)).isEqualTo(1023 * Math.scalb(1.0, -24));
    assertThat(SafeTensors.half((short) 0x0400)).isEqualTo(Math.scalb(1.0, -14));
    assertThat(SafeTensors.half((short) 0x3555)).isEqualTo(0.333251953125);
    assertThat(SafeTensors.half((short) 0xFC00)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(SafeTensors.half((short) 0x7E00)).isNaN();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|4|truncated",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|9|too long",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}|12|at byte 4, expected 0",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,12]}}|12|has 8",
        "{'a':{'dtype':'Q4','shape':[2],'data_offsets':[0,8]}}|8|unknown type",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|8|bad number -2",
        "{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,8]}}|8|bad number 1.5",
        "{'a':{'dtype':'F32','shape':[99999999999,99999999999],'data_offsets':[0,8]}}|8|impossible",
        "{'a':{'dtype':'F32','shape':[2]}}|8|no shape and data_offsets",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|4|at byte 0, expected 4",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
            + "'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|4|not JSON: Duplicate",
        "{'a':7}|0|unknown type",
        "[1,2]|0|not a JSON object",
        "{'a':|0|not JSON",
      })
  void aBadHeaderIsOneClearLine(String header, int bytes, String message) throws IOException {
    Path file = file(header, bytes);
    assertThatThrownBy(() -> SafeTensors.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 8, 100, 400, 448})
  void aTruncatedFileIsOneClearLine(int length) throws IOException {
    byte[] whole = Base64.getDecoder().decode(FIXTURE);
    assertThat(whole.length).isEqualTo(449);
    Path file = write(Arrays.copyOf(whole, length));
    assertThatThrownBy(() -> SafeTensors.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("\n");
  }

  @Test
  void aHugeHeaderIsNotRead() throws IOException {
    byte[] bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 40).array();
    Path file = write(bytes);
    assertThatThrownBy(() -> SafeTensors.open(file)).hasMessageContaining("not a safetensors file");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> SafeTensors.open(folder.resolve("none.safetensors")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none.safetensors: no such file");
  }

  @Test
  void weightsOfAnotherNetworkAreRefusedBeforeAnythingIsWritten() throws IOException {
    Path conv = TestData.require("weights/alexnet_caffe_conv_imagenet.safetensors");
    assertThatThrownBy(() -> Zoo.find("alexnet").load(conv, DataType.FLOAT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lacks 6 of the network's arrays (Caffe's names)")
        .hasMessageContaining("fc6.weight");
    Path resnet = TestData.require("weights/resnet50_imagenet.safetensors");
    assertThatThrownBy(() -> Zoo.find("resnet18").load(resnet, DataType.FLOAT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has shape")
        .hasMessageContaining("the network needs");
    assertThatThrownBy(() -> Zoo.find("vgg16").load(resnet, DataType.FLOAT))
        .hasMessageContaining("is not of vgg16")
        .hasMessageContaining("Caffe or torchvision");
    ComputationGraph graph =
        Zoo.find("resnet18").architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    WeightNames names = Zoo.find("resnet18").published().keySet().iterator().next();
    try (SafeTensors arrays = SafeTensors.open(resnet)) {
      assertThatThrownBy(() -> WeightLoader.load(graph, names, arrays))
          .isInstanceOf(IOException.class);
    }
    assertThat(graph.getLayer("conv1").getParam("W").sumNumber().doubleValue()).isZero();
  }
}
