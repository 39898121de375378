package org.gradcam4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhotoTest {
  @TempDir Path folder;

  private Photo read(byte[] bytes) throws IOException {
    return Photo.read(Files.write(folder.resolve("photo.bin"), bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  void losslessFormatsComeBackExactly(String format) throws IOException {
    Photo original = Photo.of(PictureFiles.gradient(37, 23), "gradient");

    Photo photo = read(PictureFiles.encode(original.toBufferedImage(), format));

    assertThat(photo.width()).isEqualTo(37);
    assertThat(photo.height()).isEqualTo(23);
    assertThat(photo.rgb()).isEqualTo(original.rgb());
  }

  @Test
  void aJpegComesBackNearlyAndWithRedFirst() throws IOException {
    Photo original = Photo.of(PictureFiles.gradient(64, 48), "gradient");

    byte[] rgb = read(PictureFiles.encode(original.toBufferedImage(), "jpg")).rgb();

    byte[] expected = original.rgb();
    double sum = 0;
    for (int i = 0; i < rgb.length; i++) {
      sum += Math.abs((rgb[i] & 0xFF) - (expected[i] & 0xFF));
    }
    assertThat(sum / rgb.length).isLessThan(4);
  }

  @Test
  void aGifsPaletteIsLookedUp() throws IOException {
    BufferedImage image = palette();

    assertThat(read(PictureFiles.encode(image, "gif")).rgb()).isEqualTo(paletteRgb());
    assertThat(read(PictureFiles.encode(image, "png")).rgb()).isEqualTo(paletteRgb());
    assertThat(Photo.of(image, "").rgb()).isEqualTo(paletteRgb());
  }

  private static BufferedImage palette() {
    byte[] red = {10, 20, 30, (byte) 250};
    byte[] green = {40, 50, 60, (byte) 240};
    byte[] blue = {70, 80, 90, (byte) 230};
    BufferedImage image =
        new BufferedImage(
            4, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 4, red, green, blue));
    image.getRaster().setSamples(0, 0, 4, 1, 0, new int[] {3, 0, 2, 1});
    return image;
  }

  private static byte[] paletteRgb() {
    return new byte[] {(byte) 250, (byte) 240, (byte) 230, 10, 40, 70, 30, 60, 90, 20, 50, 80};
  }

  @Test
  void greyIsRepeatedAndNotBrightened() throws IOException {
    BufferedImage image = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
    byte[] levels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    byte[] expected = new byte[3 * 256];
    for (int i = 0; i < 256; i++) {
      levels[i] = (byte) i;
      Arrays.fill(expected, 3 * i, 3 * i + 3, (byte) i);
    }

    assertThat(Photo.of(image, "").rgb()).isEqualTo(expected);
    assertThat(read(PictureFiles.encode(image, "png")).rgb()).isEqualTo(expected);
    assertThat(read(PictureFiles.encode(image, "bmp")).rgb()).isEqualTo(expected);
    assertThat(read(PictureFiles.encode(image, "tiff")).rgb()).isEqualTo(expected);
    byte[] jpeg = read(PictureFiles.encode(image, "jpg")).rgb();
    for (int i = 0; i < jpeg.length; i++) {
      assertThat(jpeg[i] & 0xFF).isBetween((expected[i] & 0xFF) - 8, (expected[i] & 0xFF) + 8);
    }
  }

  @Test
  void sixteenBitsLoseTheLowerEight() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
    short[] samples = ((DataBufferUShort) image.getRaster().getDataBuffer()).getData();
    samples[0] = 0x12FF;
    samples[1] = (short) 0xFE80;
    samples[2] = 0x00FF;
    byte[] expected = {0x12, 0x12, 0x12, (byte) 0xFE, (byte) 0xFE, (byte) 0xFE, 0, 0, 0};

    assertThat(Photo.of(image, "").rgb()).isEqualTo(expected);
    assertThat(read(PictureFiles.encode(image, "png")).rgb()).isEqualTo(expected);
    assertThat(read(PictureFiles.encode(image, "tiff")).rgb()).isEqualTo(expected);
  }

  @Test
  void alphaIsDroppedNotComposited() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00C86432);
    image.setRGB(1, 0, 0x80010203);
    byte[] expected = {(byte) 200, 100, 50, 1, 2, 3};

    assertThat(Photo.of(image, "").rgb()).isEqualTo(expected);
    assertThat(read(PictureFiles.encode(image, "png")).rgb()).isEqualTo(expected);
  }

  @Test
  void cmykIsMultipliedOut() throws IOException {
    byte[] rgb = read(PictureFiles.base64(PictureFiles.CMYK_JPEG)).rgb();

    assertThat(rgb).hasSize(3 * 64);
    for (int i = 0; i < rgb.length; i += 3) {
      // Pillow reads 199 101 50.
      assertThat(rgb[i] & 0xFF).isBetween(198, 200);
      assertThat(rgb[i + 1] & 0xFF).isBetween(100, 102);
      assertThat(rgb[i + 2] & 0xFF).isBetween(49, 51);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, abc/def", "1, abc/def", "2, cba/fed", "3, fed/cba", "4, def/abc",
    "5, ad/be/cf", "6, da/eb/fc", "7, fc/eb/da", "8, cf/be/ad", "9, abc/def"
  })
  void theCamerasOrientationIsApplied(int orientation, String expected) throws IOException {
    byte[] stored = {0, 0, 'a', 0, 0, 'b', 0, 0, 'c', 0, 0, 'd', 0, 0, 'e', 0, 0, 'f'};
    byte[] png = PictureFiles.encode(Photo.of(3, 2, stored, "").toBufferedImage(), "png");

    Photo photo = read(PictureFiles.withChunk(png, "eXIf", PictureFiles.exif(orientation)));

    assertThat(letters(photo)).isEqualTo(expected);
  }

  private static String letters(Photo photo) {
    byte[] rgb = photo.rgb();
    StringBuilder letters = new StringBuilder();
    for (int y = 0; y < photo.height(); y++) {
      letters.append(y == 0 ? "" : "/");
      for (int x = 0; x < photo.width(); x++) {
        letters.append((char) rgb[3 * (y * photo.width() + x) + 2]);
      }
    }
    return letters.toString();
  }

  @Test
  void theOrientationOfAJpegIsAppliedOnce() throws IOException {
    byte[] jpeg = PictureFiles.encode(PictureFiles.gradient(64, 40), "jpg");
    Photo stored = read(jpeg);

    Photo photo = read(PictureFiles.withExif(jpeg, PictureFiles.exif(6)));

    assertThat(photo.width()).isEqualTo(40);
    assertThat(photo.height()).isEqualTo(64);
    byte[] from = stored.rgb();
    byte[] to = photo.rgb();
    for (int y = 0; y < 64; y++) {
      for (int x = 0; x < 40; x++) {
        // A quarter turn clockwise: the stored left bottom corner is now top left.
        assertThat(to[3 * (y * 40 + x)]).isEqualTo(from[3 * ((39 - x) * 64 + y)]);
      }
    }
  }

  @Test
  void aStoredPhotoIsNotTurned() throws IOException {
    byte[] jpeg = PictureFiles.encode(PictureFiles.gradient(64, 40), "jpg");
    Path file =
        Files.write(
            folder.resolve("turned.jpg"), PictureFiles.withExif(jpeg, PictureFiles.exif(6)));

    Photo photo = Photo.readStored(file);

    assertThat(photo.width()).isEqualTo(64);
    assertThat(photo.rgb()).isEqualTo(read(jpeg).rgb());
    assertThat(photo.name()).isEqualTo("turned.jpg");
  }

  @Test
  void damagedExifDoesNotSpoilThePicture() throws IOException {
    byte[] jpeg = PictureFiles.encode(PictureFiles.gradient(16, 8), "jpg");

    Photo photo = read(PictureFiles.withExif(jpeg, new byte[] {'I', 'I', 42, 0, -1, -1, -1, -1}));

    assertThat(photo.rgb()).isEqualTo(read(jpeg).rgb());
  }

  @Test
  void onePixelIsAPhoto() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x0A141E);

    assertThat(read(PictureFiles.encode(image, "png")).rgb()).containsExactly(10, 20, 30);
    assertThat(read(PictureFiles.encode(image, "jpg")).rgb()).hasSize(3);
  }

  @Test
  void gammaAndProfilesAreIgnored() throws IOException {
    byte[] png = PictureFiles.encode(PictureFiles.gradient(9, 7), "png");

    Photo photo = read(PictureFiles.withChunk(png, "gAMA", new byte[] {0, 1, (byte) 134, -96}));

    assertThat(photo.rgb()).isEqualTo(read(png).rgb());
  }

  @Test
  void aFileHasItsNameAndDigest() throws IOException {
    byte[] bytes = PictureFiles.encode(PictureFiles.gradient(2, 2), "png");
    Path file = Files.write(folder.resolve("a b.png"), bytes);

    Photo photo = Photo.read(file);

    assertThat(photo.name()).isEqualTo("a b.png");
    assertThat(photo.sha256()).matches("[0-9a-f]{64}");
    assertThat(photo.toString()).isEqualTo("Photo[a b.png, 2x2]");
    assertThat(Photo.of(PictureFiles.gradient(2, 2), "memory").sha256()).isEmpty();
    Files.write(file, PictureFiles.withChunk(bytes, "tEXt", new byte[] {1}));
    assertThat(Photo.read(file).sha256()).isNotEqualTo(photo.sha256());
  }

  @Test
  void nothingHandedOutOrInCanChangeIt() {
    byte[] rgb = {1, 2, 3};
    Photo photo = Photo.of(1, 1, rgb, "p");

    rgb[0] = 9;
    photo.rgb()[1] = 9;
    photo.toBufferedImage().setRGB(0, 0, 0);

    assertThat(photo.rgb()).containsExactly(1, 2, 3);
  }

  @Test
  void bytesThatDoNotFitTheSizeAreRefused() {
    assertThatThrownBy(() -> Photo.of(2, 2, new byte[11], "p"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected height x width x 3 bytes, got 11 bytes for 2x2");
  }

  @Test
  void bytesOfAFileAreItsPhoto() throws IOException {
    byte[] bytes = PictureFiles.encode(PictureFiles.gradient(16, 12), "png");
    Photo read = read(bytes);
    Photo decoded = Photo.decode(bytes, "upload", Photo.MAX_PIXELS);
    assertThat(decoded.name()).isEqualTo("upload");
    assertThat(decoded.sha256()).isEqualTo(read.sha256());
    assertThat(decoded.rgb()).isEqualTo(read.rgb());
    assertThatThrownBy(() -> Photo.decode(bytes, "upload", 100))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot read the photo upload: ");
    assertThatThrownBy(() -> Photo.decode(new byte[0], "upload", 100))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot read the photo upload: ")
        .hasMessageNotContaining("\n");
  }
}
