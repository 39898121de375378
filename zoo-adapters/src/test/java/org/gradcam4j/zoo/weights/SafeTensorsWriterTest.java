package org.gradcam4j.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.gradcam4j.zoo.weights.SafeTensorsWriter.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SafeTensorsWriterTest {
  @TempDir private Path folder;

  @Test
  void everyHalfIsItsOwnRoundingAndTheMiddleOfTwoGoesToTheEvenOne() {
    for (int bits = 0; bits < 0x7C00; bits++) {
      double value = SafeTensors.half((short) bits);
      assertThat(SafeTensorsWriter.half((float) value)).isEqualTo((short) bits);
      assertThat(SafeTensorsWriter.half((float) -value)).isEqualTo((short) (bits | 0x8000));
      double next = bits == 0x7BFF ? 65536 : SafeTensors.half((short) (bits + 1));
      float middle = (float) ((value + next) / 2);
      int even = bits % 2 == 0 ? bits : bits + 1;
      assertThat(SafeTensorsWriter.half(middle)).isEqualTo((short) even);
      assertThat(SafeTensorsWriter.half(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(SafeTensorsWriter.half(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
    }
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    arrays.put("b", Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}}).transpose());
    arrays.put("a", Nd4j.createFromArray(0.1f, -1e-7f));
    Path file = folder.resolve("w.safetensors");
    for (Precision precision : Precision.values()) {
      SafeTensorsWriter.write(file, arrays, precision, Map.of("said", "\"so\" \u00e9"));
      try (SafeTensors read = SafeTensors.open(file);
          SafeTensors memory = SafeTensors.of("memory", Files.readAllBytes(file))) {
        for (SafeTensors found : new SafeTensors[] {read, memory}) {
          assertThat(found.names()).containsExactly("b", "a");
          assertThat(found.metadata()).isEqualTo(Map.of("said", "\"so\" \u00e9"));
          assertThat(found.shape("b")).containsExactly(3, 2);
          assertThat(found.read("b", 0, 6)).containsExactly(1, 4, 2, 5, 3, 6);
          assertThat(found.read("b", 4, 2)).containsExactly(3, 6);
        }
        // Of binary16 the nearest are 1638 x 2^-14 and -2 x 2^-24.
        assertThat(read.read("a", 0, 2))
            .containsExactly(
                precision == Precision.F32
                    ? new double[] {0.1f, -1e-7f}
                    : new double[] {1638 * 0x1p-14, -2 * 0x1p-24});
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void damagedMemoryIsRefused() throws IOException {
    Path file = folder.resolve("w.safetensors");
    SafeTensorsWriter.write(file, Map.of("a", Nd4j.ones(3)), Precision.F32, Map.of());
    byte[] bytes = Files.readAllBytes(file);
    assertThatThrownBy(() -> SafeTensors.of("w", Arrays.copyOf(bytes, bytes.length - 1)))
        .isInstanceOf(IOException.class)
        .hasMessage("weights file w is truncated: its tensors need 12 bytes, it has 11");
  }

  @Test
  void numbersThatDoNotFitAreRefusedAndTheOldFileStays() throws IOException {
    Path file = Files.writeString(folder.resolve("w.safetensors"), "old");
    Map<String, INDArray> large = Map.of("a", Nd4j.createFromArray(1f, 65520f));
    assertThatThrownBy(() -> SafeTensorsWriter.write(file, large, Precision.F16, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("array 'a' holds 65520.0: it cannot be written as F16");
    Map<String, INDArray> nan = Map.of("a", Nd4j.createFromArray(Float.NaN, 1f));
    assertThatThrownBy(() -> SafeTensorsWriter.write(file, nan, Precision.F32, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
