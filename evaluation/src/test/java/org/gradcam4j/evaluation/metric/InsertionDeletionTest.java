package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;

class InsertionDeletionTest {
  private static final double[] KERNEL = {
    0.08795814577727815,
    0.08889611977709484,
    0.09047419654910865,
    0.09219111781938806,
    0.09348938844291409,
    0.09398206326843249
  };

  /** A linear network: the weighted sum of the input. */
  private static Scorer linear(float... weights) {
    return inputs ->
        inputs.stream()
            .mapToDouble(
                input -> {
                  double sum = 0;
                  for (int i = 0; i < input.length; i++) {
                    sum += (double) weights[i] * input[i];
                  }
                  return sum;
                })
            .toArray();
  }

  @Test
  void workedByHand() {
    // Two channels of 1 x 4 pixels; each pixel is worth 1, 2, 3, 4 together with its other channel.
    float[] input = {1, 1, 1, 1, 2, 2, 2, 2};
    Scorer scorer = linear(0, 0, 1, 2, .5f, 1, 1, 1);
    SaliencyMap map = TestMaps.of(new float[] {1, 2, 3, 4});
    InsertionDeletion one = new InsertionDeletion(4, Substrate.ZERO, Substrate.ZERO);
    assertThat(one.deletion(scorer, input, map)).containsExactly(10, 6, 3, 1, 0);
    assertThat(one.insertion(scorer, input, map)).containsExactly(0, 4, 7, 9, 10);
    assertThat(InsertionDeletion.area(new double[] {10, 6, 3, 1, 0})).isEqualTo(15 / 4.0);
    assertThat(input).containsExactly(1, 1, 1, 1, 2, 2, 2, 2);
  }

  @Test
  void theLastStepTakesWhatIsLeft() {
    float[] input = {1, 1, 1, 1, 1};
    SaliencyMap map = TestMaps.of(new float[] {5, 4, 3, 2, 1});
    InsertionDeletion two = new InsertionDeletion(2, Substrate.ZERO, Substrate.ZERO);
    assertThat(two.deletion(linear(1, 1, 1, 1, 1), input, map)).containsExactly(5, 2, 0);
  }

  @Test
  void pixelsOfEqualImportanceComeInRowOrder() {
    float[] input = {1, 2, 3, 4};
    InsertionDeletion one = new InsertionDeletion(4, Substrate.ZERO, Substrate.ZERO);
    assertThat(one.insertion(linear(1, 1, 1, 1), input, TestMaps.of(new float[] {0, 7, -0f, 7})))
        .containsExactly(0, 2, 6, 7, 10);
  }

  @Test
  void manyStepsInSeveralCallsAreTheSame() {
    SplittableRandom random = new SplittableRandom(12);
    float[] input = TestMaps.coarse(random, 10, 10, 100).values();
    SaliencyMap map = TestMaps.smooth(random, 10, 10);
    float[] weights = TestMaps.coarse(random, 10, 10, 100).values();
    double[] curve =
        new InsertionDeletion(100, Substrate.ZERO, Substrate.ZERO)
            .deletion(linear(weights), input, map);
    assertThat(curve).hasSize(101);
    // Of a linear network each step takes the pixel's own share.
    int[] order = Importance.order(map);
    for (int i = 0; i < 100; i++) {
      assertThat(curve[i] - curve[i + 1]).isEqualTo(weights[order[i]] * input[order[i]]);
    }
  }

  @Test
  void theTruthBeatsItsReverse() {
    // A linear network's own shares as a map: no order gives a smaller area under deletion.
    SplittableRandom random = new SplittableRandom(13);
    float[] input = TestMaps.smooth(random, 8, 8).values();
    float[] weights = TestMaps.smooth(random, 8, 8).values();
    float[] shares = new float[64];
    for (int i = 0; i < 64; i++) {
      shares[i] = input[i] * weights[i];
    }
    InsertionDeletion one = new InsertionDeletion(64, Substrate.ZERO, Substrate.ZERO);
    double best =
        InsertionDeletion.area(
            one.deletion(linear(weights), input, new SaliencyMap(1, 8, 8, shares)));
    for (int i = 0; i < 20; i++) {
      SaliencyMap other = TestMaps.smooth(random, 8, 8);
      assertThat(InsertionDeletion.area(one.deletion(linear(weights), input, other)))
          .isGreaterThan(best);
    }
  }

  @Test
  void meanIsThatOfEachChannel() {
    assertThat(Substrate.MEAN.of(new float[] {1, 3, 10, 30}, 1, 2)).containsExactly(2, 2, 20, 20);
    assertThat(Substrate.ZERO.of(new float[] {1, 3}, 1, 2)).containsExactly(0, 0);
  }

  @Test
  void theBlursKernelIsScipys() {
    // scipy.ndimage.gaussian_filter1d of a 1 in the middle of 11 zeros, sigma 5.
    double[] kernel = Blur.kernel();
    double sum = 0;
    for (int i = 0; i < 11; i++) {
      assertThat(kernel[i]).isCloseTo(kernel[10 - i], within(1e-16));
      sum += kernel[i];
    }
    assertThat(sum).isCloseTo(1, within(1e-15));
    for (int i = 0; i < KERNEL.length; i++) {
      assertThat(kernel[i]).isCloseTo(KERNEL[i], within(1e-15));
    }
  }

  @Test
  void theBlurIsScipys() throws Exception {
    SplittableRandom random = new SplittableRandom(14);
    float[] input = TestMaps.coarse(random, 2 * 13, 17, 1000).values();
    float[] blurred = Substrate.BLURRED.of(input, 13, 17);
    double[] scipys =
        Python.run(
                """
                import sys
                import numpy as np
                from scipy.ndimage import gaussian_filter
                from scipy.signal import correlate2d
                x = np.array(sys.stdin.readline().split(), dtype=np.float32).astype(float).reshape(2, 13, 17)
                one = np.zeros((11, 11))
                one[5, 5] = 1
                kernel = gaussian_filter(one, 5)
                print(*np.concatenate([correlate2d(c, kernel, 'same').ravel() for c in x]))
                """,
                List.of(Python.line(input)))
            .get(0);
    assertThat(blurred).hasSize(scipys.length);
    for (int i = 0; i < scipys.length; i++) {
      assertThat((double) blurred[i]).isCloseTo(scipys[i], within(1e-4));
    }
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> new InsertionDeletion(0, Substrate.ZERO, Substrate.ZERO))
        .hasMessage("0 steps: expected at least 1");
    assertThatThrownBy(
            () ->
                InsertionDeletion.RISE.deletion(linear(), new float[7], TestMaps.constant(2, 2, 1)))
        .hasMessageContaining("an input of 7 values for a map of 2x2");
  }
}
