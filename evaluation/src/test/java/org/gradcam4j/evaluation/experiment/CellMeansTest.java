package org.gradcam4j.evaluation.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Means of cells. */
class CellMeansTest {
  @Test
  void byHand() {
    float[] map = {1, 2, 3, 4, 5, 6};
    assertThat(CellMeans.of(map, 2, 3, 1, 1)).containsExactly(3.5f);
    assertThat(CellMeans.of(map, 2, 3, 2, 3)).containsExactly(map);
    // Columns of one and a half: (1 + 2 / 2) / 1.5 and (2 / 2 + 3) / 1.5.
    float[] halves = CellMeans.of(new float[] {1, 2, 3}, 1, 3, 1, 2);
    assertThat(halves[0]).isEqualTo((float) (2 / 1.5));
    assertThat(halves[1]).isEqualTo((float) (4 / 1.5));
  }

  @Test
  void againstEachPixelCutIntoMany() {
    int height = 5;
    int width = 7;
    int rows = 3;
    int columns = 2;
    float[] map = new float[height * width];
    Random random = new Random(1);
    for (int i = 0; i < map.length; i++) {
      map[i] = random.nextFloat();
    }
    // Pixels cut into rows x columns parts: each part lies in one cell.
    double[] sums = new double[rows * columns];
    for (int y = 0; y < height * rows; y++) {
      for (int x = 0; x < width * columns; x++) {
        sums[y / height * columns + x / width] += map[y / rows * width + x / columns];
      }
    }
    float[] means = CellMeans.of(map, height, width, rows, columns);
    for (int i = 0; i < sums.length; i++) {
      assertThat((double) means[i]).isCloseTo(sums[i] / (height * width), within(1e-6));
    }
  }
}
