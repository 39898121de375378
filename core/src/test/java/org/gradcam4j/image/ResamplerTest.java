package org.gradcam4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.image.Preprocessing.Resampling.ANTIALIASED_BILINEAR;
import static org.gradcam4j.image.Preprocessing.Resampling.PLAIN_BILINEAR;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Expected values come from Pillow 9.4: {@code Image.fromarray(formula).resize(size, BILINEAR)}.
 */
class ResamplerTest {
  /** Pixel (x, y), channel c: (37 x + 59 y + 83 c + 11 x y) mod 256. */
  static byte[] formula(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0, o = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          rgb[o++] = (byte) (37 * x + 59 * y + 83 * c + 11 * x * y);
        }
      }
    }
    return rgb;
  }

  @ParameterizedTest
  @CsvSource({
    "7, 5, 3, 2, 98 134 129 144 134 112 145 118 108 162 96 134 135 129 124 120 128 134",
    "3, 2, 5, 4, 0 83 166 15 98 181 37 120 203 59 142 225 74 157 240 15 98 181 31 114 171 55 138 157 78 161 180 94 177 196 44 127 210 62 145 152 90 173 64 117 200 91 135 218 109 59 142 225 78 161 142 107 190 17 136 219 46 155 238 65",
    "1, 1, 3, 2, 0 83 166 0 83 166 0 83 166 0 83 166 0 83 166 0 83 166",
    "5, 1, 2, 1, 37 120 191 111 194 91",
    "2, 9, 1, 1, 126 116 128",
    "4, 4, 4, 2, 42 125 172 87 133 107 132 178 152 140 113 87 135 108 81 197 61 107 149 123 169 102 148 122",
    "4, 4, 3, 4, 11 94 177 56 139 222 100 183 87 73 156 163 131 214 41 189 92 99 136 142 46 207 34 117 98 104 187 198 25 108 154 109 192 110 193 97"
  })
  void smallPicturesEqualPillow(int w, int h, int toW, int toH, String expected) {
    byte[] resized = Resampler.resize(formula(w, h), w, h, toW, toH, ANTIALIASED_BILINEAR);

    assertThat(unsigned(resized))
        .containsExactly(Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "97, 61, 40, 90, 3ac3813fe3c0e8efbfe10e13328ca06dd81ab0de50a4da89ff78a0407b24ad48",
    "640, 480, 224, 224, 033731915a227e82d4119735c60bdf0bfe3f6264a74b6ef979a14b727cf3e6b6",
    "300, 211, 227, 227, a97675b8b62df082c85cedcc511fa482f6f0f347c119690d5ecea12092dd795e",
    "50, 40, 1, 333, 1b3272516beabf11e85194aafdab506605e4c6f99ffb9e68d57e67885d5db48d",
    "1000, 3, 7, 64, 047a21a0e58c10e9b90c402024e38152008a4674f2ef6a01c9c67758f3621f10"
  })
  void largerPicturesEqualPillowByDigest(int w, int h, int toW, int toH, String sha256)
      throws Exception {
    byte[] resized = Resampler.resize(formula(w, h), w, h, toW, toH, ANTIALIASED_BILINEAR);

    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(resized)))
        .isEqualTo(sha256);
  }

  @ParameterizedTest
  @CsvSource({"ANTIALIASED_BILINEAR", "PLAIN_BILINEAR"})
  void theSameSizeChangesNothingAndCopies(Preprocessing.Resampling resampling) {
    byte[] rgb = formula(13, 9);

    byte[] same = Resampler.resize(rgb, 13, 9, 13, 9, resampling);

    assertThat(same).isEqualTo(rgb).isNotSameAs(rgb);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "127", "128", "254", "255"})
  void aConstantStaysConstant(int level) {
    byte[] rgb = new byte[3 * 31 * 17];
    Arrays.fill(rgb, (byte) level);

    for (Preprocessing.Resampling resampling : Preprocessing.Resampling.values()) {
      for (int to : new int[] {1, 3, 17, 64}) {
        assertThat(unsigned(Resampler.resize(rgb, 31, 17, to, to + 1, resampling)))
            .containsOnly(level);
      }
    }
  }

  @Test
  void plainTakesTwoTapsAnAxisWhereAntialiasedTakesTheMean() {
    // One bright column in eight, shrunk to two columns: at 1.5 and 5.5 in pixel indices.
    byte[] rgb = new byte[3 * 8];
    for (int c = 0; c < 3; c++) {
      rgb[3 * 3 + c] = (byte) 200;
    }

    byte[] plain = Resampler.resize(rgb, 8, 1, 2, 1, PLAIN_BILINEAR);
    byte[] antialiased = Resampler.resize(rgb, 8, 1, 2, 1, ANTIALIASED_BILINEAR);

    assertThat(unsigned(plain)).containsOnly(0);
    // Weights by hand, centre 2, support 4: (.625 .875 .875 .625 .375 .125 over 6 taps) and so on.
    assertThat(unsigned(antialiased)).containsExactly(36, 36, 36, 21, 21, 21);
  }

  @Test
  void plainIsHalfPixelBilinear() {
    byte[] rgb = formula(3, 2);
    float[] red = new float[6];
    for (int i = 0; i < 6; i++) {
      red[i] = rgb[3 * i] & 0xFF;
    }

    byte[] resized = Resampler.resize(rgb, 3, 2, 7, 5, PLAIN_BILINEAR);
    float[] expected = Upsampling.HALF_PIXEL_BILINEAR.apply(red, 2, 3, 5, 7);

    for (int i = 0; i < expected.length; i++) {
      assertThat((double) (resized[3 * i] & 0xFF))
          .isBetween(Math.floor(expected[i]), Math.ceil(expected[i]));
    }
  }

  private static int[] unsigned(byte[] bytes) {
    int[] values = new int[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xFF;
    }
    return values;
  }
}
