package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

/** Deeplearning4j's files, read as ModelSerializer would, and as it would not. */
class Dl4jModelTest {
  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("net.zip");
  }

  private Map<String, byte[]> entries(Model model) throws IOException {
    ModelSerializer.writeModel(model, file().toFile(), false);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file().toFile())) {
      for (ZipEntry entry : java.util.Collections.list(zip.entries())) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private void write(Map<String, byte[]> entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file()))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
  }

  private void assertRefused(String words) {
    assertThatThrownBy(() -> Dl4jModel.read(file()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("net.zip")
        .hasMessageContaining(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void networksOfBothKindsAndTypesAreReadAsTheyWereWritten() throws IOException {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      ComputationGraph graph = SmallNetwork.graph().convertDataType(type);
      ModelSerializer.writeModel(graph, file().toFile(), true);
      ComputationGraph read = (ComputationGraph) Dl4jModel.read(file());
      assertThat(read.params()).isEqualTo(graph.params());
      assertThat(read.getConfiguration().toJson()).isEqualTo(graph.getConfiguration().toJson());
      MultiLayerNetwork layers = SmallNetwork.layers().convertDataType(type);
      ModelSerializer.writeModel(layers, file().toFile(), true);
      assertThat(((MultiLayerNetwork) Dl4jModel.read(file())).params()).isEqualTo(layers.params());
    }
  }

  @Test
  void headersOfOldFiles() throws IOException {
    ComputationGraph graph = SmallNetwork.graph();
    Map<String, byte[]> entries = entries(graph);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF("HEAP");
      out.writeInt(8);
      out.writeUTF("INT");
      out.write(new byte[8 * 4]);
      out.writeUTF("DIRECT");
      out.writeInt((int) graph.numParams());
      out.writeUTF("FLOAT");
      for (float value : graph.params().toFloatVector()) {
        out.writeFloat(value);
      }
    }
    entries.put("coefficients.bin", bytes.toByteArray());
    write(entries);
    assertThat(((ComputationGraph) Dl4jModel.read(file())).params()).isEqualTo(graph.params());
  }

  @Test
  void cutAnywhere() throws IOException {
    ModelSerializer.writeModel(SmallNetwork.graph(), file().toFile(), false);
    byte[] whole = Files.readAllBytes(file());
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      Files.write(file(), Arrays.copyOf(whole, random.nextInt(whole.length)));
      assertRefused("");
    }
    Map<String, byte[]> entries = entries(SmallNetwork.graph());
    byte[] weights = entries.get("coefficients.bin");
    for (int i = 0; i < 50; i++) {
      entries.put("coefficients.bin", Arrays.copyOf(weights, random.nextInt(weights.length)));
      write(entries);
      assertRefused("its weights end early");
    }
  }

  @Test
  void changedAnywhere() throws IOException {
    Map<String, byte[]> entries = entries(SmallNetwork.graph());
    Random random = new Random(4);
    for (int i = 0; i < 100; i++) {
      Map<String, byte[]> changed = new LinkedHashMap<>();
      entries.forEach((name, bytes) -> changed.put(name, bytes.clone()));
      byte[] one = changed.get(i % 2 == 0 ? "coefficients.bin" : "configuration.json");
      one[random.nextInt(Math.min(one.length, i % 2 == 0 ? 120 : one.length))] =
          (byte) random.nextInt(256);
      write(changed);
      try {
        Dl4jModel.read(file());
      } catch (UserError e) {
        assertThat(e).hasMessageContaining("net.zip").hasMessageNotContaining("\n");
      }
    }
  }

  @Test
  void sizesAreNotBelieved() throws IOException {
    Map<String, byte[]> entries = entries(SmallNetwork.graph());
    String json = new String(entries.get("configuration.json"), StandardCharsets.UTF_8);
    // A layer of 10^11 weights, and a header that agrees.
    String huge = json.replaceFirst("\"nout\" : 8", "\"nout\" : 2000000000");
    assertThat(huge).isNotEqualTo(json);
    entries.put("configuration.json", huge.getBytes(StandardCharsets.UTF_8));
    write(entries);
    assertRefused("weights, its layers have");
    long needed = 6L * 9 * 2_000_000_000L + 2_000_000_000L + 3 * 9 * 6 + 6 + 8 * 4 + 4;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF("MIXED_DATA_TYPES");
      out.writeLong(8);
      out.writeUTF("LONG");
      out.write(new byte[64]);
      out.writeUTF("MIXED_DATA_TYPES");
      out.writeLong(needed);
      out.writeUTF("FLOAT");
      out.write(new byte[100]);
    }
    entries.put("coefficients.bin", bytes.toByteArray());
    write(entries);
    assertRefused("its weights end early");
  }

  @Test
  void aBombIsNotInflated() throws IOException {
    byte[] spaces = new byte[1 << 20];
    Arrays.fill(spaces, (byte) ' ');
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file()))) {
      zip.putNextEntry(new ZipEntry("coefficients.bin"));
      zip.write(1);
      zip.putNextEntry(new ZipEntry("configuration.json"));
      for (int i = 0; i < 500; i++) {
        zip.write(spaces);
      }
    }
    assertRefused("configuration.json is larger than 64 MB");
  }

  @Test
  void whatIsNotReadIsSaid() throws IOException {
    write(Map.of("model.weights.h5", new byte[1], "config.json", new byte[1]));
    assertRefused("is a Keras 3 file");
    write(Map.of("preprocessor.bin", new byte[1]));
    assertRefused("serialised Java object");
    write(Map.of("readme.txt", new byte[1]));
    assertRefused("is not a Deeplearning4j network: expected configuration.json");
  }
}
