package org.gradcam4j.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PyTorchStateDictTest {
  @TempDir Path folder;

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("weights.pth"), bytes);
  }

  private static byte[] fixture(String name) throws IOException {
    try (InputStream in = PyTorchStateDictTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static JsonNode expected() throws IOException {
    return new ObjectMapper().readTree(fixture("pytorch.json"));
  }

  static List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : expected().properties()) {
      names.add(entry.getKey());
    }
    return names;
  }

  static List<String> files() throws IOException {
    return names().stream()
        .flatMap(n -> List.of(n + ".zip.pth", n + ".legacy.pth").stream())
        .toList();
  }

  private static double[] doubles(JsonNode numbers) {
    return IntStream.range(0, numbers.size()).mapToDouble(i -> numbers.get(i).asDouble()).toArray();
  }

  private static long[] longs(JsonNode numbers) {
    return IntStream.range(0, numbers.size()).mapToLong(i -> numbers.get(i).asLong()).toArray();
  }

  private static void assertHolds(NamedArrays file, JsonNode expected) throws IOException {
    assertThat(file.names())
        .containsExactlyElementsOf(expected.properties().stream().map(Map.Entry::getKey).toList());
    for (Map.Entry<String, JsonNode> array : expected.properties()) {
      double[] values = doubles(array.getValue().get("values"));
      assertThat(file.shape(array.getKey())).isEqualTo(longs(array.getValue().get("shape")));
      assertThat(file.read(array.getKey(), 0, values.length)).isEqualTo(values);
      for (int from = 0; from < values.length; from += 5) {
        int count = Math.min(7, values.length - from);
        assertThat(file.read(array.getKey(), from, count))
            .isEqualTo(Arrays.copyOfRange(values, from, from + count));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void readsWhatPyTorchWrote(String name) throws IOException {
    JsonNode expected = expected().get(name.substring(0, name.indexOf('.')));
    try (PyTorchStateDict file = PyTorchStateDict.open(write(fixture(name)))) {
      assertHolds(file, expected);
      assertThat(file.file()).isEqualTo(folder.resolve("weights.pth"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"types", "strides", "network"})
  void readsAZipThatWasCompressed(String name) throws IOException {
    Path stored = write(fixture(name + ".zip.pth"));
    Path deflated = folder.resolve("deflated.pth");
    try (ZipFile in = new ZipFile(stored.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(deflated))) {
      for (ZipEntry entry : in.stream().toList()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(in.getInputStream(entry).readAllBytes());
      }
    }
    try (PyTorchStateDict file = PyTorchStateDict.open(deflated)) {
      assertHolds(file, expected().get(name));
    }
  }

  @Test
  void numbersFarApartAreGatheredPieceByPiece() throws IOException {
    int columns = 700_001;
    int length = 3 * columns;
    ByteBuffer storage = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, length).forEach(i -> storage.putFloat(4 * i, i));
    for (boolean transposed : new boolean[] {true, false}) {
      long[] stride = transposed ? new long[] {1, 3} : new long[] {columns, 1};
      byte[] pickle =
          PickleBytes.pickle()
              .op('}')
              .text("a")
              .tensor("FloatStorage", length, 0, new long[] {3, columns}, stride)
              .ops("s.")
              .bytes();
      Path path = write(PickleBytes.legacy(pickle, length, storage.array()));
      try (PyTorchStateDict file = PyTorchStateDict.open(path)) {
        double[] values = file.read("a", 5, length - 7);
        for (int i = 0; i < values.length; i++) {
          int row = (i + 5) / columns;
          int column = (i + 5) % columns;
          double value = transposed ? row + 3.0 * column : i + 5;
          if (values[i] != value) {
            assertThat(values[i]).as("row %d, column %d", row, column).isEqualTo(value);
          }
        }
      }
    }
  }

  @Test
  void askingForWhatIsNotThereIsOneClearLine() throws IOException {
    try (PyTorchStateDict file = PyTorchStateDict.open(write(fixture("network.zip.pth")))) {
      assertThatThrownBy(() -> file.shape("nothing"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("weights.pth has no array 'nothing'");
      assertThatThrownBy(() -> file.read("bn.num_batches_tracked", 0, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> file.read("conv.bias", 2, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> PyTorchStateDict.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("weights file " + file)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aWholeModelIsRefused() throws IOException {
    assertRefused(
        write(fixture("whole-model.zip.pth")),
        "asks to call torch.nn.modules.container.Sequential: a state dict never does; refused");
  }

  @ParameterizedTest
  @MethodSource("files")
  void aTruncatedFileIsOneClearLine(String name) throws IOException {
    byte[] whole = fixture(name);
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      assertRefused(write(Arrays.copyOf(whole, random.nextInt(whole.length))), "");
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void aDamagedFileIsOneClearLineOrArrays(String name) throws IOException {
    byte[] whole = fixture(name);
    Random random = new Random(2);
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      byte[] damaged = whole.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Path path = write(damaged);
      try (PyTorchStateDict file = PyTorchStateDict.open(path)) {
        for (String array : file.names()) {
          long elements = Arrays.stream(file.shape(array)).reduce(1, Math::multiplyExact);
          assertThat(elements).isLessThan(whole.length);
          file.read(array, 0, (int) elements);
        }
      } catch (IOException e) {
        refused++;
        assertThat(e).hasMessageStartingWith("weights file " + path);
        assertThat(e.getMessage().lines()).hasSize(1);
      }
    }
    assertThat(refused).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // length | offset | shape | strides | message
        "4 | 0 | 2 3 | 3 1 | in a storage of 4 numbers",
        "4 | 1 | 2 2 | 2 1 | offset 1 in a storage of 4 numbers",
        "4 | -1 | 2 | 1 | offset -1 in",
        "4 | 0 | 2 | -1 | not a number from 0 on",
        "4 | 0 | -2 | 1 | not a number from 0 on",
        "4 | 0 | 2 2 | 3 1 | strides [3, 1]",
        "4 | 0 | 2 | 9223372036854775807 | in a storage of 4 numbers",
        "4 | 0 | 3 | 9223372036854775807 | in a storage of 4 numbers",
        "4 | 9223372036854775807 | 2 | 1 | in a storage of 4 numbers",
        "4 | 0 | 4294967296 4294967296 | 0 0 | shape [4294967296, 4294967296]",
        "4 | 0 | 5 | 0 | shape [5], strides [0]",
        "4 | 0 | 1 1 1 1 1 1 1 1 1 | 1 1 1 1 1 1 1 1 1 | 9 axes, expected at most 8",
        "4 | 0 | 2 2 | 1 | 2 sizes and 1 strides",
        "5 | 0 | 2 | 1 | numbers",
        "3 | 0 | 2 | 1 | numbers",
        "-4 | 0 | 2 | 1 | declares a storage of -4 elements",
        "9223372036854775807 | 0 | 2 | 1 | declares a storage of 9223372036854775807 elements",
        "2305843009213693951 | 0 | 2 | 1 | numbers",
      })
  void aTensorThatDoesNotFitIsRefused(
      long length, long offset, String shape, String stride, String message) throws IOException {
    byte[] pickle =
        PickleBytes.pickle()
            .op('}')
            .text("a")
            .tensor("FloatStorage", length, offset, numbers(shape), numbers(stride))
            .ops("s.")
            .bytes();
    assertRefused(write(PickleBytes.legacy(pickle, 4, new byte[16])), message);
    assertRefused(write(PickleBytes.zip(pickle, new byte[16])), message);
  }

  private static long[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static byte[] vector(int length) {
    return PickleBytes.pickle()
        .op('}')
        .text("a")
        .tensor("FloatStorage", length, 0, new long[] {length}, new long[] {1})
        .ops("s.")
        .bytes();
  }

  @Test
  void aZipBombIsRefused() throws IOException {
    int large = 17 << 20;
    assertRefused(
        write(PickleBytes.zip(vector(large), new byte[4 * large])),
        "has a compressed data/0 of 71303168 bytes, expected at most 67108864");
    assertRefused(
        write(PickleBytes.zip(new byte[large], new byte[0])),
        "has 17825792 bytes in its archive/data.pkl, expected at most 16777216");
  }

  @Test
  void aZipThatLiesAboutSizesIsReadNoFurther() throws IOException {
    byte[] zip = PickleBytes.zip(vector(4), new byte[1 << 20]);
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    for (int declared : new int[] {16, 2 << 20}) {
      // In the directory, where a size says 1 << 20.
      for (int at = 0; at + 46 < zip.length; at++) {
        int size = bytes.getInt(at + 24);
        if (bytes.getInt(at) == 0x02014b50 && (size == 1 << 20 || size == 16)) {
          bytes.putInt(at + 24, declared);
        }
      }
      Path path = write(zip);
      if (declared == 16) {
        try (PyTorchStateDict file = PyTorchStateDict.open(path)) {
          assertThat(file.read("a", 0, 4)).containsOnly(0);
        }
      } else {
        assertRefused(path, "has 2097152 bytes in its data/0: 4 numbers of type FLOAT have 16");
      }
    }
  }

  @Test
  void aZipThatEndsEarlyIsSaidWhenItIsRead() throws IOException {
    byte[] zip = PickleBytes.zip(vector(1024), new byte[1024]);
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 46 < zip.length; at++) {
      if (bytes.getInt(at) == 0x02014b50 && bytes.getInt(at + 24) == 1024) {
        bytes.putInt(at + 24, 4096);
      }
    }
    try (PyTorchStateDict file = PyTorchStateDict.open(write(zip))) {
      assertThatThrownBy(() -> file.read("a", 0, 1024))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is truncated or damaged: archive/data/0 ends early");
    }
  }

  @Test
  void aZipWhoseNotesAreNotTextIsRefused() throws IOException {
    // Java finds this only when it is asked for the entry.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry("a/data.pkl");
      entry.setComment("note");
      zip.putNextEntry(entry);
    }
    byte[] zip = bytes.toByteArray();
    int note = new String(zip, StandardCharsets.ISO_8859_1).indexOf("note");
    zip[note] = (byte) 0xFF;
    assertRefused(write(zip), "is a truncated or damaged zip: malformed input");
  }

  @Test
  void theOrderOfBytesIsRead() throws IOException {
    for (String order : List.of("little", "big")) {
      Path path =
          write(
              PickleBytes.zip(
                  Map.of(
                      "a/data.pkl", vector(4),
                      "a/data/0", new byte[16],
                      "a/byteorder", order.getBytes(StandardCharsets.UTF_8))));
      if (order.equals("little")) {
        PyTorchStateDict.open(path).close();
      } else {
        assertRefused(path, "was written big-endian");
      }
    }
  }

  @Test
  void storagesMustBeAllThere() throws IOException {
    assertRefused(
        write(PickleBytes.zip(Map.of("a/data.pkl", vector(4)))), "lacks data/0, which holds its");
    byte[] legacy = PickleBytes.legacy(vector(4), 4, new byte[16]);
    assertRefused(write(Arrays.copyOf(legacy, legacy.length + 1)), "is too long");
    assertRefused(
        write(PickleBytes.legacy(vector(4), 5, new byte[20])),
        "has 5 numbers in storage '0', expected 4");
    assertRefused(
        write(PickleBytes.legacy(PickleBytes.pickle().ops("}.").bytes(), 4, new byte[16])),
        "lists a storage that no tensor has");
  }

  @Test
  void theTensorsThatFitAreRead() throws IOException {
    byte[] numbers = new byte[16];
    ByteBuffer.wrap(numbers).order(ByteOrder.LITTLE_ENDIAN).putFloat(4, 2).putFloat(12, 4);
    byte[] pickle =
        PickleBytes.pickle()
            .op('}')
            .text("a")
            .tensor("FloatStorage", 4, 1, new long[] {2, 2}, new long[] {2, 0})
            .ops("s.")
            .bytes();
    for (byte[] bytes :
        List.of(PickleBytes.legacy(pickle, 4, numbers), PickleBytes.zip(pickle, numbers))) {
      try (PyTorchStateDict file = PyTorchStateDict.open(write(bytes))) {
        assertThat(file.read("a", 0, 4)).containsExactly(2, 2, 4, 4);
      }
    }
  }

  @Test
  void messagesShowDamagedNamesInOneLine() throws IOException {
    byte[] pickle =
        PickleBytes.pickle()
            .op('}')
            .text("a\n\u0007" + "b".repeat(1000))
            .tensor("FloatStorage", 4, 1, new long[] {4}, new long[] {1})
            .ops("s.")
            .bytes();
    assertRefused(
        write(PickleBytes.legacy(pickle, 4, new byte[16])),
        "'a??" + "b".repeat(77) + "...' shape [4], strides [1] and offset 1 in a storage of 4");
  }

  @Test
  void whatIsNotAStateDictIsSaid() throws IOException {
    assertRefused(
        write(PickleBytes.zip(PickleBytes.pickle().op(']').op('.').bytes(), new byte[0])),
        "does not hold a dictionary");
    byte[] nested =
        PickleBytes.pickle().ops("}(").text("netG").op('}').text("netD").ops("}u.").bytes();
    assertRefused(
        write(PickleBytes.zip(nested, new byte[0])),
        "holds no tensors, at its top or under state_dict, model_state_dict, model;"
            + " its keys: netG, netD");
    assertRefused(write(new byte[0]), "");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> PyTorchStateDict.open(folder.resolve("none.pth")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none.pth: no such file");
  }
}
