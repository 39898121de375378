package org.gradcam4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not a photo is refused with one line, and never brings the process down. */
class BadPhotoTest {
  private static final byte[] JPEG = PictureFiles.encode(PictureFiles.gradient(160, 120), "jpg");
  private static final byte[] PNG = PictureFiles.encode(PictureFiles.gradient(160, 120), "png");

  @TempDir Path folder;

  static Stream<Arguments> files() {
    List<Arguments> files = new ArrayList<>();
    files.add(Arguments.of("empty.jpg", new byte[0], "is empty (0 bytes)"));
    files.add(
        Arguments.of(
            "text.jpg",
            "this is no photo".getBytes(StandardCharsets.UTF_8),
            "it is not a JPEG, PNG, GIF, BMP or TIFF picture: convert it to PNG"));
    files.add(
        Arguments.of("webp.jpg", PictureFiles.base64(PictureFiles.WEBP), "it is not a JPEG, PNG"));
    for (String format : List.of("jpg", "png", "gif", "bmp", "tiff")) {
      byte[] good = PictureFiles.encode(PictureFiles.gradient(160, 120), format);
      for (int percent : new int[] {20, 50, 75, 95}) {
        files.add(
            Arguments.of(
                "cut-" + percent + "." + format,
                Arrays.copyOf(good, good.length * percent / 100),
                format.equals("gif") ? "its GIF data is" : "cut off"));
      }
    }
    files.add(
        Arguments.of(
            "almost.jpg", Arrays.copyOf(JPEG, JPEG.length - 1), "its JPEG data is cut off"));
    files.add(
        Arguments.of("almost.png", Arrays.copyOf(PNG, PNG.length - 1), "its PNG data is cut off"));
    files.add(Arguments.of("flipped.png", flipped(PNG), "its PNG data is damaged (checksum"));
    files.add(
        Arguments.of("start.jpg", bytes(0xFF, 0xD8, 0xFF, 0xD9), "ends before any picture data"));
    files.add(Arguments.of("length.jpg", bytes(0xFF, 0xD8, 0xFF, 0xE0, 0, 1), "a length of 1"));
    files.add(
        Arguments.of("quantisation.jpg", withoutSegment(JPEG, 0xDB), "its JPEG data is damaged"));
    files.add(Arguments.of("cmyk.jpg", unmarkedCmyk(), "a CMYK JPEG without Adobe's marker"));
    files.add(Arguments.of("bomb.png", PictureFiles.png(20_000, 20_000, zeros()), BOMB));
    files.add(Arguments.of("bomb.jpg", sized(20_000, 20_000), BOMB));
    files.add(Arguments.of("zero.jpg", sized(0, 120), "an impossible size, 0x120"));
    files.add(Arguments.of("zero.png", PictureFiles.png(0, 5, zeros()), "impossible size, 0x5"));
    files.add(Arguments.of("minus.png", PictureFiles.png(-1, 5, zeros()), "impossible size, -1x5"));
    files.add(
        Arguments.of("short.png", PictureFiles.png(500, 500, zeros()), "its PNG data is damaged"));
    return files.stream();
  }

  private static final String BOMB =
      "its size is 20000x20000 = 400000000 pixels, the limit is 100000000: resize the photo first";

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void isRefusedInOneLine(String name, byte[] bytes, String expected) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);

    assertThatThrownBy(() -> Photo.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(expected)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("none.jpg");

    assertThatThrownBy(() -> Photo.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage("no such photo: " + file.toAbsolutePath());
  }

  @Test
  void aFolderIsNotAPhoto() {
    assertThatThrownBy(() -> Photo.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage("expected the file of a photo, got a directory or device: " + folder);
  }

  @Test
  void theLimitCanBeSet() throws IOException {
    Path file = Files.write(folder.resolve("photo.png"), PNG);

    assertThat(Photo.read(file, 160 * 120).width()).isEqualTo(160);
    assertThatThrownBy(() -> Photo.read(file, 160 * 120 - 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("160x120 = 19200 pixels, the limit is 19199");
  }

  @Test
  void whatFollowsTheEndIsIgnored() throws IOException {
    Path jpeg = Files.write(folder.resolve("a.jpg"), Arrays.copyOf(JPEG, JPEG.length + 100));
    Path png = Files.write(folder.resolve("a.png"), Arrays.copyOf(PNG, PNG.length + 100));

    assertThat(Photo.read(jpeg).width()).isEqualTo(160);
    assertThat(Photo.read(png).width()).isEqualTo(160);
  }

  @Test
  void randomDamageNeverDoesMoreThanRefuse() {
    Random random = new Random(11);
    int refused = 0;
    for (String format : List.of("jpg", "png", "gif", "bmp", "tiff")) {
      byte[] good = PictureFiles.encode(PictureFiles.gradient(40, 30), format);
      for (int i = 0; i < 60; i++) {
        byte[] bad = good.clone();
        for (int k = 0; k < 6; k++) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
        try {
          PictureFile.Decoded decoded = PictureFile.decode(bad, 1_000_000, true);
          assertThat(decoded.rgb()).hasSize(3 * decoded.width() * decoded.height());
        } catch (IOException e) {
          assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] flipped(byte[] png) {
    byte[] flipped = png.clone();
    flipped[png.length / 2] ^= 1;
    return flipped;
  }

  private static byte[] sized(int width, int height) {
    byte[] jpeg = JPEG.clone();
    int at = PictureFiles.frameHeader(jpeg);
    jpeg[at + 5] = (byte) (height >> 8);
    jpeg[at + 6] = (byte) height;
    jpeg[at + 7] = (byte) (width >> 8);
    jpeg[at + 8] = (byte) width;
    return jpeg;
  }

  private static byte[] withoutSegment(byte[] jpeg, int marker) {
    int at = 2;
    while ((jpeg[at + 1] & 0xFF) != marker) {
      at += 2 + ((jpeg[at + 2] & 0xFF) << 8 | jpeg[at + 3] & 0xFF);
    }
    int end = at + 2 + ((jpeg[at + 2] & 0xFF) << 8 | jpeg[at + 3] & 0xFF);
    byte[] rest = new byte[jpeg.length - (end - at)];
    System.arraycopy(jpeg, 0, rest, 0, at);
    System.arraycopy(jpeg, end, rest, at, jpeg.length - end);
    return rest;
  }

  private static byte[] unmarkedCmyk() {
    return withoutSegment(PictureFiles.base64(PictureFiles.CMYK_JPEG), 0xEE);
  }

  private static byte[] zeros() {
    Deflater deflater = new Deflater();
    deflater.setInput(new byte[100]);
    deflater.finish();
    byte[] compressed = new byte[100];
    int length = deflater.deflate(compressed);
    deflater.end();
    return Arrays.copyOf(compressed, length);
  }
}
