package org.gradcam4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.gradcam4j.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The files in Base64 were written by NumPy 1.24. */
class NpyTest {
  private static final String F4 =
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBl"
          + "JzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
          + "ICAgICAgICAgICAgIAoAAMA/AAAAwAAAUEAAAAAAYEKiDQDgf0c=";
  private static final String F8_VERSION_2 =
      "k05VTVBZAgB0AAAAeydkZXNjcic6ICc8ZjgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hh"
          + "cGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
          + "ICAgICAgICAgICAgIAoAAAAAAAD4PwAAAAAAAADAAAAAAAAACkAAAAAAAAAAAKDC6/5LSLQ5AAAA"
          + "AAD870A=";
  private static final String U1_VERSION_3 =
      "k05VTVBZAwB0AAAAeydkZXNjcic6ICd8dTEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hh"
          + "cGUnOiAoMywpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
          + "ICAgICAgICAgICAgIAoAAf8=";
  private static final String I8_SCALAR =
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBl"
          + "JzogKCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
          + "ICAgICAgICAgICAgIAr5/////////w==";
  private static final String EMPTY =
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBl"
          + "JzogKDIsIDAsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
          + "ICAgICAgICAgICAgIAo=";
  private static final String FORTRAN =
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUn"
          + "OiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
          + "ICAgICAgICAgICAgIAoAAMA/AAAAAAAAAMBgQqINAABQQADgf0c=";
  private static final String OBJECTS =
      "k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUn"
          + "OiAoMiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
          + "ICAgICAgICAgICAgIAqAA2NudW1weS5jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEAY251"
          + "bXB5Cm5kYXJyYXkKcQFLAIVxAkMBYnEDh3EEUnEFKEsBSwKFcQZjbnVtcHkKZHR5cGUKcQdYAgAA"
          + "AE84cQiJiIdxCVJxCihLA1gBAAAAfHELTk5OSv////9K/////0s/dHEMYoldcQ0oTksBZXRxDmIu";
  private static final String BIG_ENDIAN =
      "k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBl"
          + "JzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
          + "ICAgICAgICAgICAgIAo/wAAAwAAAAEBQAAAAAAAADaJCYEd/4AA=";

  @TempDir Path folder;

  @Test
  void readsNumpysFloats() throws IOException {
    NpyArray array = Npy.read(file(F4));

    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.floats()).containsExactly(1.5f, -2, 3.25f, 0, 1e-30f, 65504);
  }

  @Test
  void readsDoublesOfVersion2() throws IOException {
    NpyArray array = Npy.read(file(F8_VERSION_2));

    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.values()).containsExactly(1.5, -2, 3.25, 0, 1e-30, 65504);
  }

  @Test
  void readsBytesOfVersion3() throws IOException {
    NpyArray array = Npy.read(file(U1_VERSION_3));

    assertThat(array.shape()).containsExactly(3);
    assertThat(array.values()).containsExactly(0, 1, 255);
  }

  @Test
  void readsASingleNumberAndAnEmptyArray() throws IOException {
    NpyArray number = Npy.read(file(I8_SCALAR));
    NpyArray empty = Npy.read(file(EMPTY));

    assertThat(number.shape()).isEmpty();
    assertThat(number.values()).containsExactly(-7);
    assertThat(empty.shape()).containsExactly(2, 0, 3);
    assertThat(empty.values()).isEmpty();
  }

  @Test
  void writesTheBytesThatNumpyWrites() throws IOException {
    Path file = folder.resolve("deep/er/a.npy");

    Npy.write(file, new float[] {1.5f, -2, 3.25f, 0, 1e-30f, 65504}, 2, 3);

    assertThat(Files.readAllBytes(file)).isEqualTo(Base64.getDecoder().decode(F4));
    assertThat(file.getParent()).isDirectoryContaining(p -> p.equals(file));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aLargeArrayComesBack() throws IOException {
    float[] values = new float[3 * 101 * 103];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    Path file = folder.resolve("a.npy");

    Npy.write(file, values, 3, 101, 103);

    assertThat(Npy.read(file).shape()).containsExactly(3, 101, 103);
    assertThat(Npy.read(file).floats()).isEqualTo(values);
  }

  @Test
  void aVectorsShapeKeepsItsComma() throws IOException {
    Path file = folder.resolve("a.npy");

    Npy.write(file, new float[2], 2);

    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("'shape': (2,), }");
    assertThat(Npy.read(file).shape()).containsExactly(2);
  }

  @Test
  void readsTheGoldenTensors() throws IOException {
    NpyArray input = Npy.read(TestData.require("golden/both.input.npy"));

    assertThat(input.shape()).containsExactly(3, 224, 224);
    assertThat(input.values()).hasSize(3 * 224 * 224);
  }

  static Stream<Arguments> damaged() {
    byte[] good = Base64.getDecoder().decode(F4);
    return Stream.of(
        Arguments.of("empty", new byte[0], "it is cut off in its start"),
        Arguments.of("text", "hello, world".getBytes(StandardCharsets.UTF_8), "signature"),
        Arguments.of("version", with(good, 6, 4), "expected format version 1, 2 or 3, got 4"),
        Arguments.of("cut header", Arrays.copyOf(good, 60), "it is cut off in its header"),
        Arguments.of(
            "cut data",
            Arrays.copyOf(good, good.length - 1),
            "needs 24 bytes, the file has 23: it is cut off"),
        Arguments.of(
            "too long", Arrays.copyOf(good, good.length + 5), "the file has 29: it is too long"),
        Arguments.of("header length", header(2, "{}", 1 << 30), "its header has 1073741824 bytes"),
        Arguments.of(
            "no shape", header(1, "{'descr': '<f4', 'fortran_order': False}", -1), "does not give"),
        Arguments.of("negative", shaped("-1,"), "its shape (-1,) has an impossible size"),
        Arguments.of("expression", shaped("2*3,"), "its shape (2*3,) has an impossible size"),
        Arguments.of("call", shaped("exit(),"), "impossible size"),
        Arguments.of("huge size", shaped("9999999999,"), "impossible size"),
        Arguments.of("overflow", shaped("65536, 65536, 65536, 65536"), "too many values"),
        Arguments.of("wraps to 0", shaped("2147483647, 2147483647, 4"), "too many values"),
        Arguments.of("fortran", Base64.getDecoder().decode(FORTRAN), "numpy.ascontiguousarray"),
        Arguments.of("objects", Base64.getDecoder().decode(OBJECTS), "its type is |O"),
        Arguments.of("big endian", Base64.getDecoder().decode(BIG_ENDIAN), "its type is >f4"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damaged")
  void refusesInOneLine(String name, byte[] bytes, String expected) throws IOException {
    Path file = folder.resolve("bad.npy");
    Files.write(file, bytes);

    assertThatThrownBy(() -> Npy.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot read the NumPy file " + file)
        .hasMessageContaining(expected)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void refusesAMissingFileAndAFolder() {
    assertThatThrownBy(() -> Npy.read(folder.resolve("none.npy")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no such NumPy file: ");
    assertThatThrownBy(() -> Npy.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("no such NumPy file: ");
  }

  @Test
  void refusesToWriteAShapeThatDoesNotFit() {
    Path file = folder.resolve("a.npy");

    assertThatThrownBy(() -> Npy.write(file, new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the shape [2, 3] has 6 elements, got 5 values");
    assertThatThrownBy(() -> Npy.write(file, new float[1], -1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a size is negative");
    assertThat(file).doesNotExist();
  }

  private Path file(String base64) throws IOException {
    return Files.write(folder.resolve("good.npy"), Base64.getDecoder().decode(base64));
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static byte[] shaped(String shape) {
    return header(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }", -1);
  }

  private static byte[] header(int version, String header, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    int written = length < 0 ? header.length() : length;
    for (int i = 0; i < (version == 1 ? 2 : 4); i++) {
      out.write(written >> 8 * i);
    }
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }
}
