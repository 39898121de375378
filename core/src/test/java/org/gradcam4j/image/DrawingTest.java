package org.gradcam4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Colormap}, {@link Heatmap}, {@link Overlay}, {@link SignedImage} and {@link Png}. */
class DrawingTest {
  private static final int WHITE = 0xFFFFFF;

  private static int rgb(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & WHITE;
  }

  @Test
  void theColourScalesHaveTheirKnownEnds() {
    assertThat(Colormap.JET.rgb(0)).isEqualTo(0x000080);
    assertThat(Colormap.JET.rgb(1)).isEqualTo(0x800000);
    assertThat(Colormap.JET.rgb(0.5)).isEqualTo(0x82FF7E);
    assertThat(Colormap.VIRIDIS.rgb(0)).isEqualTo(0x440154);
    assertThat(Colormap.VIRIDIS.rgb(1)).isEqualTo(0xFDE725);
    assertThat(Colormap.TURBO.rgb(0)).isEqualTo(0x30123B);
    assertThat(Colormap.TURBO.rgb(1)).isEqualTo(0x7A0403);
    assertThat(Colormap.BLUE_RED.rgb(0)).isEqualTo(0x053061);
    assertThat(Colormap.BLUE_RED.rgb(0.5)).isEqualTo(0xF7F7F7);
    assertThat(Colormap.BLUE_RED.rgb(127 / 255.0)).isEqualTo(0xF7F7F7);
    assertThat(Colormap.BLUE_RED.rgb(1)).isEqualTo(0x67001F);
  }

  @ParameterizedTest
  @EnumSource
  void aColourScaleIsClampedAndRefusesNaN(Colormap colormap) {
    assertThat(colormap.rgb(-3)).isEqualTo(colormap.rgb(0));
    assertThat(colormap.rgb(7)).isEqualTo(colormap.rgb(1));
    assertThatThrownBy(() -> colormap.rgb(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
  }

  @Test
  void aHeatmapGoesFromItsMinimumToItsMaximum() {
    BufferedImage image = Heatmap.draw(new float[] {-4, 6, 1, 1}, 2, 2, Colormap.JET);

    assertThat(rgb(image, 0, 0)).isEqualTo(Colormap.JET.rgb(0));
    assertThat(rgb(image, 1, 0)).isEqualTo(Colormap.JET.rgb(1));
    assertThat(rgb(image, 0, 1)).isEqualTo(Colormap.JET.rgb(0.5));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 3.5f, -2})
  void aConstantMapHasTheColourOfZero(float value) {
    float[] map = new float[6];
    Arrays.fill(map, value);

    BufferedImage image = Heatmap.draw(map, 2, 3, Colormap.VIRIDIS);

    assertThat(rgb(image, 2, 1)).isEqualTo(Colormap.VIRIDIS.rgb(0));
  }

  @Test
  void aSignedMapHasZeroInTheMiddle() {
    BufferedImage image = Heatmap.drawSigned(new float[] {-1, 0, 2, 1}, 1, 4);

    assertThat(rgb(image, 0, 0)).isEqualTo(Colormap.BLUE_RED.rgb(0.25));
    assertThat(rgb(image, 1, 0)).isEqualTo(0xF7F7F7);
    assertThat(rgb(image, 2, 0)).isEqualTo(Colormap.BLUE_RED.rgb(1));
    assertThat(rgb(image, 3, 0)).isEqualTo(Colormap.BLUE_RED.rgb(0.75));
    assertThat(rgb(Heatmap.drawSigned(new float[4], 2, 2), 1, 1)).isEqualTo(0xF7F7F7);
  }

  @Test
  void anOverlayIsBlendedByItsOpacity() {
    Photo photo = Photo.of(2, 1, new byte[] {100, 0, -1, 10, 20, 30}, "p");
    float[] map = {0, 1};

    BufferedImage half = Overlay.draw(photo, map, 1, 2);
    BufferedImage none = Overlay.draw(photo, map, 1, 2, Colormap.JET, 0);
    BufferedImage all = Overlay.draw(photo, map, 1, 2, Colormap.JET, 1);

    // (100, 0, 255) with jet's (0, 0, 128); (10, 20, 30) with (128, 0, 0).
    assertThat(rgb(half, 0, 0)).isEqualTo(50 << 16 | 192);
    assertThat(rgb(half, 1, 0)).isEqualTo(69 << 16 | 10 << 8 | 15);
    assertThat(rgb(none, 0, 0)).isEqualTo(0x6400FF);
    assertThat(rgb(all, 1, 0)).isEqualTo(0x800000);
  }

  @Test
  void anOverlayStretchesTheMapOverThePhoto() {
    Photo photo = Photo.of(PictureFiles.gradient(40, 20), "p");

    BufferedImage image = Overlay.draw(photo, new float[] {0, 1, 0, 1}, 2, 2, Colormap.TURBO, 1);

    assertThat(image.getWidth()).isEqualTo(40);
    assertThat(image.getHeight()).isEqualTo(20);
    assertThat(rgb(image, 0, 10)).isEqualTo(Colormap.TURBO.rgb(0));
    assertThat(rgb(image, 39, 10)).isEqualTo(Colormap.TURBO.rgb(1));
    // Source (10 + 0.5) / 20 - 0.5 = 0.025.
    assertThat(rgb(image, 10, 0)).isEqualTo(Colormap.TURBO.rgb(0.025));
  }

  @Test
  void aMapOfZerosTintsThePhotoEvenly() {
    Photo photo = Photo.of(3, 3, new byte[27], "black");

    BufferedImage image = Overlay.draw(photo, new float[9], 3, 3);

    assertThat(rgb(image, 0, 0)).isEqualTo(64);
    assertThat(rgb(image, 2, 2)).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void whatIsNotFiniteIsRefusedWithItsPlace(float value) {
    Photo photo = Photo.of(3, 2, new byte[18], "p");
    float[] map = {0, 1, 2, 3, 4, value};
    float[] three = new float[18];
    three[17] = value;

    String expected = "whose value at row 1, column 2 is " + value;
    assertThatThrownBy(() -> Overlay.draw(photo, map, 2, 3)).hasMessageContaining(expected);
    assertThatThrownBy(() -> Heatmap.draw(map, 2, 3, Colormap.JET)).hasMessageContaining(expected);
    assertThatThrownBy(() -> Heatmap.drawSigned(map, 2, 3)).hasMessageContaining(expected);
    assertThatThrownBy(() -> SignedImage.draw(three, 2, 3, Preprocessing.ChannelOrder.RGB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("channel 2, row 1, column 2 is " + value);
  }

  @Test
  void wrongSizesAndOpacitiesAreRefused() {
    Photo photo = Photo.of(3, 2, new byte[18], "p");
    assertThatThrownBy(() -> Overlay.draw(photo, new float[5], 2, 3))
        .hasMessage("expected a map of 2x3 values, got 5");
    assertThatThrownBy(() -> Overlay.draw(photo, new float[6], 2, 3, Colormap.JET, 1.5))
        .hasMessage("expected an opacity from 0 to 1, got 1.5");
    assertThatThrownBy(() -> SignedImage.draw(new float[6], 2, 3, Preprocessing.ChannelOrder.RGB))
        .hasMessage("expected a map of 3x2x3 values, got 6");
  }

  @Test
  void aSignedImageIsGreyAtZeroAndFollowsTheChannelOrder() {
    // Channels of two pixels each; the largest magnitude is 2.
    float[] map = {2, 0, 0, -1, -2, 0};

    BufferedImage rgb = SignedImage.draw(map, 1, 2, Preprocessing.ChannelOrder.RGB);
    BufferedImage bgr = SignedImage.draw(map, 1, 2, Preprocessing.ChannelOrder.BGR);

    assertThat(rgb(rgb, 0, 0)).isEqualTo(255 << 16 | 128 << 8 | 1);
    assertThat(rgb(rgb, 1, 0)).isEqualTo(128 << 16 | 65 << 8 | 128);
    assertThat(rgb(bgr, 0, 0)).isEqualTo(1 << 16 | 128 << 8 | 255);
    assertThat(rgb(SignedImage.draw(new float[6], 1, 2, Preprocessing.ChannelOrder.RGB), 1, 0))
        .isEqualTo(0x808080);
  }

  @Test
  void oneLargeValueDoesNotDarkenASignedImage() {
    float[] map = new float[3 * 20 * 20];
    Arrays.fill(map, 1);
    map[0] = 1000;

    BufferedImage image = SignedImage.draw(map, 20, 20, Preprocessing.ChannelOrder.RGB);

    assertThat(rgb(image, 5, 5)).isEqualTo(WHITE);
    assertThat(rgb(image, 0, 0)).isEqualTo(WHITE);
  }

  @Test
  void aFewValuesAmongZerosAreStillSeen() {
    float[] map = new float[3 * 20 * 20];
    map[7] = -1e-20f;

    BufferedImage image = SignedImage.draw(map, 20, 20, Preprocessing.ChannelOrder.RGB);

    assertThat(rgb(image, 7, 0)).isEqualTo(1 << 16 | 128 << 8 | 128);
  }

  @Test
  void aPngIsWrittenWholeAndReplacesTheOldOne(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new/folder/map.png");
    BufferedImage image = PictureFiles.gradient(30, 20);

    Png.write(file, new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
    Png.write(file, image);

    assertThat(Photo.read(file).rgb()).isEqualTo(Photo.of(image, "").rgb());
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
    assertThatThrownBy(() -> Png.write(folder, image))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("expected the name of a file to write, got the directory");
  }
}
