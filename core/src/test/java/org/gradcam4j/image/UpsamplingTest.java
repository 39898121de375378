package org.gradcam4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.gradcam4j.image.Upsampling.ALIGNED_CORNERS;
import static org.gradcam4j.image.Upsampling.HALF_PIXEL_BILINEAR;
import static org.gradcam4j.image.Upsampling.NONE;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class UpsamplingTest {
  /** Map value (i, j): (7 i + 3 j j) mod 11 - 4.5; results of PyTorch 1.13's interpolate. */
  static Stream<Arguments> torch() {
    return Stream.of(
        Arguments.of(
            HALF_PIXEL_BILINEAR,
            2,
            3,
            4,
            5,
            new float[] {
              -4.5f,
              -3.29999995f,
              -1.50000012f,
              -2.70000029f,
              -3.5f,
              -2.75f,
              -1.54999995f,
              0.249999911f,
              -0.950000167f,
              -1.75f,
              0.75f,
              1.95000005f,
              3.74999976f,
              2.54999995f,
              1.75f,
              2.5f,
              3.70000005f,
              5.5f,
              4.29999971f,
              3.5f
            }),
        Arguments.of(
            HALF_PIXEL_BILINEAR,
            3,
            4,
            2,
            3,
            new float[] {
              -2.25f, -0.750000119f, -0.708333194f, 3.7252903e-08f, 1.49999988f, 1.54166675f
            }),
        Arguments.of(HALF_PIXEL_BILINEAR, 1, 1, 2, 2, new float[] {-4.5f, -4.5f, -4.5f, -4.5f}),
        Arguments.of(HALF_PIXEL_BILINEAR, 3, 2, 1, 1, new float[] {4f}),
        Arguments.of(
            HALF_PIXEL_BILINEAR,
            2,
            2,
            3,
            7,
            new float[] {
              -4.5f,
              -4.5f,
              -3.85714293f,
              -2.99999976f,
              -2.14285707f,
              -1.5f,
              -1.5f,
              -1f,
              -1f,
              -0.357142776f,
              0.500000179f,
              1.35714293f,
              2f,
              2f,
              2.5f,
              2.5f,
              3.14285731f,
              4f,
              4.85714293f,
              5.49999952f,
              5.49999952f
            }),
        Arguments.of(
            ALIGNED_CORNERS,
            2,
            3,
            4,
            5,
            new float[] {
              -4.5f,
              -3f,
              -1.5f,
              -2.5f,
              -3.5f,
              -2.16666651f,
              -0.666666508f,
              0.833333433f,
              -0.166666523f,
              -1.16666651f,
              0.166666806f,
              1.66666675f,
              3.16666675f,
              2.16666675f,
              1.16666675f,
              2.5f,
              4f,
              5.5f,
              4.5f,
              3.5f
            }),
        Arguments.of(
            ALIGNED_CORNERS, 3, 4, 2, 3, new float[] {-4.5f, -2.5f, 0.5f, -1.5f, 0.5f, 3.5f}),
        Arguments.of(ALIGNED_CORNERS, 1, 1, 2, 2, new float[] {-4.5f, -4.5f, -4.5f, -4.5f}),
        Arguments.of(ALIGNED_CORNERS, 3, 2, 1, 1, new float[] {-4.5f}),
        Arguments.of(
            ALIGNED_CORNERS,
            2,
            2,
            3,
            7,
            new float[] {
              -4.5f,
              -4f,
              -3.49999976f,
              -3f,
              -2.5f,
              -1.99999988f,
              -1.5f,
              -1f,
              -0.49999997f,
              5.96046448e-08f,
              0.5f,
              1f,
              1.50000012f,
              2f,
              2.5f,
              3f,
              3.5f,
              4f,
              4.5f,
              5f,
              5.5f
            }));
  }

  @ParameterizedTest
  @MethodSource("torch")
  void equalsTorch(Upsampling upsampling, int h, int w, int toH, int toW, float[] expected) {
    float[] map = new float[h * w];
    for (int i = 0; i < map.length; i++) {
      map[i] = (7 * (i / w) + 3 * (i % w) * (i % w)) % 11 - 4.5f;
    }

    float[] actual = upsampling.apply(map, h, w, toH, toW);

    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(2e-6f));
    }
  }

  @Test
  void halfPixelByHand() {
    // Sources -0.25 (clamped to 0), 0.25, 0.75, 1.25 (clamped to 1).
    assertThat(HALF_PIXEL_BILINEAR.apply(new float[] {0, 8}, 1, 2, 1, 4))
        .containsExactly(0, 2, 6, 8);
  }

  @Test
  void alignedCornersByHand() {
    // Sources 0, 1/4, 1/2, 3/4, 1.
    assertThat(ALIGNED_CORNERS.apply(new float[] {0, 8}, 2, 1, 5, 1))
        .containsExactly(0, 2, 4, 6, 8);
  }

  @ParameterizedTest
  @EnumSource(names = {"HALF_PIXEL_BILINEAR", "ALIGNED_CORNERS"})
  void aConstantStaysTheSameConstant(Upsampling upsampling) {
    float[] map = {0.1f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f};

    assertThat(upsampling.apply(map, 2, 3, 17, 11)).hasSize(187).containsOnly(0.1f);
  }

  @ParameterizedTest
  @EnumSource(names = {"HALF_PIXEL_BILINEAR", "ALIGNED_CORNERS"})
  void staysWithinTheMapsRange(Upsampling upsampling) {
    float[] map = random(7 * 5);
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (float value : map) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }

    for (float value : upsampling.apply(map, 7, 5, 224, 227)) {
      assertThat(value).isBetween(min, max);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HALF_PIXEL_BILINEAR", "ALIGNED_CORNERS"})
  void aFlipCommutes(Upsampling upsampling) {
    float[] map = random(7 * 5);

    float[] flippedAfter = flip(upsampling.apply(map, 7, 5, 30, 41), 41);
    float[] flippedBefore = upsampling.apply(flip(map, 5), 7, 5, 30, 41);

    for (int i = 0; i < flippedAfter.length; i++) {
      assertThat(flippedBefore[i]).isCloseTo(flippedAfter[i], within(1e-6f));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameSizeIsACopy(Upsampling upsampling) {
    float[] map = random(12);

    assertThat(upsampling.apply(map, 3, 4, 3, 4)).isEqualTo(map).isNotSameAs(map);
  }

  @Test
  void noneKeepsTheMapWhateverSizeIsAskedFor() {
    float[] map = random(12);

    assertThat(NONE.apply(map, 3, 4, 224, 224)).isEqualTo(map);
  }

  @Test
  void aMapOfAnotherSizeIsRefused() {
    assertThatThrownBy(() -> HALF_PIXEL_BILINEAR.apply(new float[5], 2, 3, 4, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a map of 2x3 values, got 5");
    assertThatThrownBy(() -> HALF_PIXEL_BILINEAR.apply(new float[6], 2, 3, 0, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot resize a map to 0x4");
  }

  private static float[] flip(float[] map, int w) {
    float[] flipped = new float[map.length];
    for (int i = 0; i < map.length; i++) {
      flipped[i / w * w + w - 1 - i % w] = map[i];
    }
    return flipped;
  }

  private static float[] random(int size) {
    Random random = new Random(5);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() * 6 - 3;
    }
    return values;
  }
}
