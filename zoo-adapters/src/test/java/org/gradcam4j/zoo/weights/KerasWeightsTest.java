package org.gradcam4j.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by h5py: see src/test/python/keras_weights.py. */
class KerasWeightsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"keras.h5", "keras-gzip.h5", "keras-model.h5"})
  void namesShapesAndNumbersAreThoseThatPythonWrote(String name) throws IOException {
    try (KerasWeights arrays = KerasWeights.open(WeightFixtures.path(name))) {
      WeightFixtures.assertHolds(arrays, WeightFixtures.json("keras.json").get("keras"));
      assertThat(arrays.axes()).isEqualTo(Axes.OUT_LAST);
    }
  }

  @Test
  void chunksAreReadWhateverTheirSizesAndFilters() throws IOException {
    ObjectNode expected = (ObjectNode) WeightFixtures.json("keras.json").get("shuffle");
    try (KerasWeights arrays = KerasWeights.open(WeightFixtures.path("keras-shuffle.h5"))) {
      WeightFixtures.assertHolds(arrays, expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "keras-external-link.h5|has a link into another file in place of 'kernel:0'",
        "keras-soft-link.h5|has a link in place of 'kernel:0': links are not followed",
        "keras-external-data.h5|External Data Files Message",
        "keras-variable.h5|'kernel:0' of the layer 'dense', which is a VariableLength",
        "keras-compound.h5|is a CompoundDataType: expected floating-point numbers",
        "keras-no-data.h5|has no data",
        "keras-no-chunks.h5|would grow from 0 bytes to 4398046511104",
        "keras-fletcher.h5|is packed with the filter 3",
        "keras-latest.h5|lies in the file in a way that is not read",
        "keras-bomb.h5|would grow from 16",
        "keras-theano.h5|was written with Theano",
        "keras-twice.h5|is a second 'dense.weight'",
        "keras-none.h5|it has no layer_names and no model_weights",
      })
  void whatKerasDoesNotWriteIsRefused(String name, String message) {
    Path file = WeightFixtures.path(name);
    WeightFixtures.assertRefused(file, () -> KerasWeights.open(file), message);
  }

  @Test
  void aChunkThatInflatesToMoreThanItSaysIsRefused() throws IOException {
    Path file = WeightFixtures.path("keras-lying.h5");
    try (KerasWeights arrays = KerasWeights.open(file)) {
      WeightFixtures.assertRefused(
          file,
          () -> arrays.read("dense.weight", 0, 1),
          "'dense.weight', which has a chunk that does not inflate to 256 bytes");
    }
  }

  @Test
  void theBeginningTellsTheFormat() throws IOException {
    byte[] bytes = Files.readAllBytes(WeightFixtures.path("keras.h5"));
    assertThat(KerasWeights.matches(bytes)).isTrue();
    assertThat(KerasWeights.matches(Arrays.copyOf(bytes, 8))).isTrue();
    assertThat(KerasWeights.matches(Arrays.copyOf(bytes, 7))).isFalse();
    bytes[1] = 'h';
    assertThat(KerasWeights.matches(bytes)).isFalse();
    Path file = Files.write(folder.resolve("wrong.h5"), bytes);
    WeightFixtures.assertRefused(file, () -> KerasWeights.open(file), "is not an HDF5 file");
    Path text = Files.write(folder.resolve("a.h5"), "x".getBytes(StandardCharsets.US_ASCII));
    WeightFixtures.assertRefused(text, () -> KerasWeights.open(text), "is not an HDF5 file");
    Path empty = Files.write(folder.resolve("empty.h5"), new byte[0]);
    WeightFixtures.assertRefused(empty, () -> KerasWeights.open(empty), "is not an HDF5 file");
    Path none = folder.resolve("none.h5");
    WeightFixtures.assertRefused(none, () -> KerasWeights.open(none), "no such file");
  }

  /** The root's tree becomes one of 4 nodes that each lead to the next 1000 times: 10^12 ways. */
  @Test
  void aFileThatNeverEndsIsRefused() throws IOException {
    byte[] good = Files.readAllBytes(WeightFixtures.path("keras.h5"));
    int nodeSize = 24 + 1000 * 16 + 8;
    ByteBuffer bytes =
        ByteBuffer.allocate(good.length + 6 * nodeSize).order(ByteOrder.LITTLE_ENDIAN).put(good);
    for (int level = 3; level >= 0; level--) {
      long next = bytes.position() + nodeSize;
      bytes.put("TREE".getBytes(StandardCharsets.US_ASCII)).put((byte) 0).put((byte) level);
      bytes.putShort((short) 1000).putLong(-1).putLong(-1);
      for (int i = 0; i < 1000; i++) {
        bytes.putLong(0).putLong(next);
      }
      bytes.putLong(0);
    }
    long tree = bytes.getLong(80);
    for (int place = 0; place < good.length; place += 8) {
      if (bytes.getLong(place) == tree) {
        bytes.putLong(place, good.length);
      }
    }
    Path file = Files.write(folder.resolve("endless.h5"), bytes.array());
    WeightFixtures.assertRefused(
        file, () -> KerasWeights.open(file), "its parts point to each other again and again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras.h5", "keras-shuffle.h5", "keras-gzip.h5"})
  void aDamagedFileIsRefusedInOneLine(String name) throws IOException {
    int[] refused = WeightFixtures.damage(WeightFixtures.path(name), folder, KerasWeights::open);
    assertThat(refused[0]).isEqualTo(50);
    assertThat(refused[1]).isBetween(20, 399);
  }
}
