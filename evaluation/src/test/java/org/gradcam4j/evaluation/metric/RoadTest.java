package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;

class RoadTest {
  private static final Road EXACT = new Road(List.of(50), 0, 0);

  @Test
  void onePixelIsTheWeightedMeanOfItsNeighbours() {
    float[] input = {12, 6, 12, 6, 99, 6, 12, 6, 24};
    // (12 + 12 + 12 + 24) / 12 + 4 * 6 / 6.
    assertThat(EXACT.without(input, 3, 3, new int[] {4}))
        .containsExactly(12, 6, 12, 6, 9, 6, 12, 6, 24);
    // At the corner: beside it 6 and 6, at its corner 99: (6 / 6 + 6 / 6 + 99 / 12) / (5 / 12).
    assertThat(EXACT.without(input, 3, 3, new int[] {0})[0]).isCloseTo(24.6f, within(1e-5f));
  }

  @Test
  void theSystemIsSolvedAsByElimination() {
    SplittableRandom random = new SplittableRandom(15);
    for (int i = 0; i < 40; i++) {
      int height = 2 + random.nextInt(12);
      int width = 2 + random.nextInt(12);
      float[] input = TestMaps.coarse(random, 2 * height, width, 100).values();
      int[] order = Importance.order(TestMaps.smooth(random, height, width));
      int[] removed = Arrays.copyOf(order, Math.min(order.length - 1, order.length * 9 / 10));
      float[] filled = EXACT.without(input, height, width, removed);
      for (int channel = 0; channel < 2; channel++) {
        double[] expected = eliminated(input, channel, height, width, removed);
        for (int p = 0; p < expected.length; p++) {
          assertThat((double) filled[channel * height * width + p])
              .isCloseTo(expected[p], within(1e-4));
        }
      }
    }
  }

  /** By dense elimination over all pixels, known ones too. */
  private static double[] eliminated(
      float[] input, int channel, int height, int width, int[] removed) {
    int pixels = height * width;
    RealMatrix matrix = new Array2DRowRealMatrix(pixels, pixels);
    RealVector right = new ArrayRealVector(pixels);
    boolean[] isMissing = new boolean[pixels];
    Arrays.stream(removed).forEach(p -> isMissing[p] = true);
    for (int p = 0; p < pixels; p++) {
      matrix.setEntry(p, p, 1);
      if (!isMissing[p]) {
        right.setEntry(p, input[channel * pixels + p]);
        continue;
      }
      double all = 0;
      for (int pass = 0; pass < 2; pass++) {
        for (int dy = -1; dy <= 1; dy++) {
          for (int dx = -1; dx <= 1; dx++) {
            int y = p / width + dy;
            int x = p % width + dx;
            if ((dx != 0 || dy != 0) && y >= 0 && y < height && x >= 0 && x < width) {
              double weight = dx == 0 || dy == 0 ? 1 / 6.0 : 1 / 12.0;
              if (pass == 0) {
                all += weight;
              } else {
                matrix.setEntry(p, y * width + x, -weight / all);
              }
            }
          }
        }
      }
    }
    return new LUDecomposition(matrix).getSolver().solve(right).toArray();
  }

  @Test
  void ofAPlaneNothingIsLost() {
    // A linear ramp obeys the mean of its neighbours, except at the border.
    float[] ramp = new float[40 * 50];
    boolean[] inner = new boolean[ramp.length];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i % 50 + 2 * (i / 50);
      inner[i] = i % 50 > 0 && i % 50 < 49 && i / 50 > 0 && i / 50 < 39;
    }
    int[] removed = IntStream.range(0, ramp.length).filter(i -> inner[i]).toArray();
    float[] filled = EXACT.without(ramp, 40, 50, removed);
    for (int i = 0; i < ramp.length; i++) {
      assertThat(filled[i]).isCloseTo(ramp[i], within(1e-4f));
    }
  }

  @Test
  void scipysOnWholeImages() throws Exception {
    SplittableRandom random = new SplittableRandom(16);
    float[] input = TestMaps.coarse(random, 64, 64, 256).values();
    int[] order = Importance.order(TestMaps.smooth(random, 64, 64));
    int[] removed = Arrays.copyOf(order, order.length * 8 / 10);
    float[] mask = new float[input.length];
    Arrays.fill(mask, 1);
    Arrays.stream(removed).forEach(p -> mask[p] = 0);
    double[] scipys =
        Python.run(
                """
                import sys
                import numpy as np
                from scipy.sparse import lil_matrix
                from scipy.sparse.linalg import spsolve
                x, known = [np.array(line.split(), dtype=np.float32).astype(float).reshape(64, 64)
                            for line in sys.stdin]
                a, b = lil_matrix((4096, 4096)), np.zeros(4096)
                for y in range(64):
                    for c in range(64):
                        p, total = y * 64 + c, 0
                        if known[y, c]:
                            a[p, p], b[p] = 1, x[y, c]
                            continue
                        for dy in (-1, 0, 1):
                            for dx in (-1, 0, 1):
                                inside = 0 <= y + dy < 64 and 0 <= c + dx < 64
                                if (dy or dx) and inside:
                                    w = 1 / 12 if dy and dx else 1 / 6
                                    a[p, p + dy * 64 + dx] = -w
                                    total += w
                        a[p, p] = total
                print(*spsolve(a.tocsc(), b))
                """,
                List.of(Python.line(input), Python.line(mask)))
            .get(0);
    float[] filled = EXACT.without(input, 64, 64, removed);
    for (int i = 0; i < scipys.length; i++) {
      assertThat((double) filled[i]).isCloseTo(scipys[i], within(1e-4));
    }
  }

  @Test
  void theNoiseIsOnFilledPixelsAndAlwaysTheSame() {
    float[] input = new float[100 * 100];
    int[] removed = IntStream.range(0, 9000).toArray();
    Road noisy = new Road(List.of(50), 0.01, 3);
    float[] filled = noisy.without(input, 100, 100, removed);
    assertThat(filled).isEqualTo(noisy.without(input, 100, 100, removed));
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 9000; i++) {
      sum += filled[i];
      squares += filled[i] * filled[i];
    }
    assertThat(sum / 9000).isCloseTo(0, within(4e-4));
    assertThat(Math.sqrt(squares / 9000)).isCloseTo(0.01, within(4e-4));
    assertThat(Arrays.copyOfRange(filled, 9000, 10_000)).containsOnly(0f);
  }

  @Test
  void aMapThatKnowsWhatMattersScoresHigher() {
    // The class is how bright the middle is, on a dark ground.
    float[] input = new float[20 * 20];
    float[] values = new float[input.length];
    for (int i = 0; i < input.length; i++) {
      boolean middle = i % 20 >= 8 && i % 20 < 12 && i / 20 >= 8 && i / 20 < 12;
      input[i] = middle ? 1 : 0;
      values[i] = middle ? 2 : (float) i / input.length;
    }
    Scorer scorer =
        inputs ->
            inputs.stream()
                .mapToDouble(x -> (x[8 * 20 + 8] + x[10 * 20 + 10] + x[9 * 20 + 11]) / 3)
                .toArray();
    List<Observation> good =
        new Road(List.of(10, 30, 50), 0, 0)
            .of("m", scorer, input, new SaliencyMap(1, 20, 20, values));
    assertThat(good.stream().map(Observation::figure))
        .containsExactly("road/m", "road-morf/m", "road-lerf/m");
    double road = good.get(0).values()[0];
    assertThat(good.get(2).values()[0]).isEqualTo(1);
    assertThat(road).isEqualTo((1 - good.get(1).values()[0]) / 2).isGreaterThan(0.3);
    float[] negated = values.clone();
    for (int i = 0; i < negated.length; i++) {
      negated[i] = -negated[i];
    }
    assertThat(
            new Road(List.of(10, 30, 50), 0, 0)
                .of("m", scorer, input, new SaliencyMap(1, 20, 20, negated))
                .get(0)
                .values()[0])
        .isCloseTo(-road, within(1e-6));
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> new Road(List.of(0, 50), 0.01, 0))
        .hasMessage("percentages [0, 50]: expected at least one, each from 1 to 99");
    assertThatThrownBy(() -> EXACT.without(new float[4], 2, 2, new int[] {0, 1, 2, 3}))
        .hasMessage("all pixels are missing: nothing to fill them from");
  }
}
