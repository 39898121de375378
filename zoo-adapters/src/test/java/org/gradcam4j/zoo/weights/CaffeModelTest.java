package org.gradcam4j.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by Python's protobuf: see src/test/python/caffe_model.py. */
class CaffeModelTest {
  @TempDir private Path folder;

  /** Layers of version 1 and 2, and data without packing. */
  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "loose"})
  void namesShapesAndNumbersAreThoseThatPythonWrote(String name) throws IOException {
    Path file = WeightFixtures.path("caffe-" + name + ".caffemodel");
    try (CaffeModel arrays = CaffeModel.open(file)) {
      WeightFixtures.assertHolds(arrays, WeightFixtures.json("caffe.json").get(name));
      assertThat(arrays.axes()).isEqualTo(Axes.OUT_FIRST);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "twice|has a second 'fc.weight'",
        "too-few|has a blob of shape [2, 3] with 4 numbers",
        "huge|has a blob of the impossible shape [1099511627776, 1099511627776]",
        "negative|has a blob of the impossible shape [-2, -2]",
        "rank|has 'fc.weight' of shape [2, 2, 2]: expected 2 axes",
        "three-blobs|has 3 blobs in the layer 'fc': expected weights and biases",
        "no-factor|has 2 blobs in the layer 'fc': expected means, variances and one scale factor",
        "control|has control characters in a name",
        "transposed|has transposed weights in the layer 'fc'",
        "v0|has layers of version 0: run Caffe's upgrade_net_proto_binary",
        "none|has no layers with weights",
      })
  void whatCannotBeReadRightIsRefused(String name, String message) {
    Path file = WeightFixtures.path("caffe-" + name + ".caffemodel");
    WeightFixtures.assertRefused(file, () -> CaffeModel.open(file), message);
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path none = folder.resolve("none.caffemodel");
    WeightFixtures.assertRefused(none, () -> CaffeModel.open(none), "no such file");
    Path empty = Files.write(folder.resolve("empty.caffemodel"), new byte[0]);
    WeightFixtures.assertRefused(empty, () -> CaffeModel.open(empty), "no layers with weights");
    Path hdf5 = WeightFixtures.path("keras.h5");
    WeightFixtures.assertRefused(hdf5, () -> CaffeModel.open(hdf5), "not a trained Caffe model");
    byte[] noise = new byte[10_000];
    new Random(1).nextBytes(noise);
    Path random = Files.write(folder.resolve("random.caffemodel"), noise);
    WeightFixtures.assertRefused(random, () -> CaffeModel.open(random), "damaged");
  }

  /** Field 100, then a length or a blob's length that the file does not have. */
  @ParameterizedTest
  @CsvSource({
    "a2 06 ff ff ff ff 07",
    "a2 06 ff ff ff ff 0f",
    "a2 06 08 3a 06 2a ff ff ff ff 07",
    "a2 06 08 3a 06 2a ff ff ff ff 0f",
    "a2 06 06 0a ff ff ff ff 07",
    "a3 06 a3 06 a3 06",
  })
  void lengthsThatTheFileDoesNotHaveAreRefused(String hex) throws IOException {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    Path file = Files.write(folder.resolve("lengths.caffemodel"), bytes);
    WeightFixtures.assertRefused(file, () -> CaffeModel.open(file), "is damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2", "loose"})
  void aDamagedFileIsRefusedInOneLine(String name) throws IOException {
    Path good = WeightFixtures.path("caffe-" + name + ".caffemodel");
    int[] refused = WeightFixtures.damage(good, folder, CaffeModel::open);
    // A file may end between two layers.
    assertThat(refused[0]).isBetween(45, 50);
    assertThat(refused[1]).isBetween(5, 399);
  }
}
