package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.junit.jupiter.api.Test;

class RankCorrelationTest {
  @Test
  void equalValuesShareTheMeanOfTheirRanks() {
    assertThat(RankCorrelation.ranks(new float[] {3, 1, 3, -2, 3})).containsExactly(4, 2, 4, 1, 4);
    assertThat(RankCorrelation.ranks(new float[] {0f, -0f, 1, -1})).containsExactly(2.5, 2.5, 4, 1);
  }

  @Test
  void ranksAreTheLibrarys() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[1000];
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(301) - 150) * 1e-30f;
      doubles[i] = values[i] + 0.0;
    }
    assertThat(RankCorrelation.ranks(values)).containsExactly(new NaturalRanking().rank(doubles));
  }

  @Test
  void workedByHand() {
    // Ranks 1 2.5 2.5 4 and 1 3 2 4: products of deviations 2.25 + 0 + 0 + 2.25, squares 4.5 and 5.
    float[] a = {1, 2, 2, 3};
    float[] b = {10, 30, 20, 40};
    assertThat(RankCorrelation.spearman(a, b)).isCloseTo(4.5 / Math.sqrt(22.5), within(1e-15));
    // Of 6 pairs 5 agree, 1 is tied in a: 5 / sqrt(5 * 6).
    assertThat(RankCorrelation.kendall(a, b)).isCloseTo(5 / Math.sqrt(30), within(1e-15));
    // Deviations -1 0 0 1 and -15 5 -5 15: 30 / sqrt(2 * 500).
    assertThat(RankCorrelation.pearson(a, b)).isCloseTo(30 / Math.sqrt(1000), within(1e-15));
  }

  @Test
  void selfIsOneNegationMinusOneAndMonotoneMapsChangeNothing() {
    SplittableRandom random = new SplittableRandom(2);
    float[] a = TestMaps.coarse(random, 20, 30, 50).values();
    float[] b = TestMaps.coarse(random, 20, 30, 50).values();
    float[] negated = new float[a.length];
    float[] cubed = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      negated[i] = -a[i];
      cubed[i] = a[i] * a[i] * a[i] - 7;
    }
    assertThat(RankCorrelation.spearman(a, a)).isCloseTo(1, within(1e-15));
    assertThat(RankCorrelation.spearman(a, negated)).isCloseTo(-1, within(1e-15));
    assertThat(RankCorrelation.spearman(cubed, b)).isEqualTo(RankCorrelation.spearman(a, b));
    assertThat(RankCorrelation.kendall(a, a)).isCloseTo(1, within(1e-15));
    assertThat(RankCorrelation.kendall(a, negated)).isCloseTo(-1, within(1e-15));
    assertThat(RankCorrelation.kendall(cubed, b)).isEqualTo(RankCorrelation.kendall(a, b));
    assertThat(RankCorrelation.pearson(a, negated)).isCloseTo(-1, within(1e-15));
  }

  @Test
  void aConstantMapHasNoRank() {
    float[] constant = {0.1f, 0.1f, 0.1f};
    float[] other = {1, 2, 3};
    assertThat(RankCorrelation.spearman(constant, other)).isNaN();
    assertThat(RankCorrelation.kendall(other, constant)).isNaN();
    assertThat(RankCorrelation.pearson(constant, other)).isNaN();
    assertThat(RankCorrelation.kendall(new float[] {0, -0f, 0}, other)).isNaN();
  }

  @Test
  void mapsThatCannotBeComparedAreNamed() {
    assertThatThrownBy(() -> RankCorrelation.spearman(new float[3], new float[4]))
        .hasMessage("maps of 3 and 4 values: expected the same number, at least 2");
    assertThatThrownBy(() -> RankCorrelation.kendall(new float[] {1, Float.NaN}, new float[2]))
        .hasMessage("value 1 of a map is NaN: it cannot be ranked");
  }

  @Test
  void scipysOnAThousandMapsWithTies() throws Exception {
    SplittableRandom random = new SplittableRandom(3);
    List<String> input = new ArrayList<>();
    List<double[]> own = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      int height = 2 + random.nextInt(20);
      int width = 2 + random.nextInt(20);
      float[] a = TestMaps.coarse(random, height, width, 1 + random.nextInt(40)).values();
      float[] b = TestMaps.coarse(random, height, width, 1 + random.nextInt(40)).values();
      for (int p = 0; p < a.length; p++) {
        // Signs, both zeros among them, and what gradients look like.
        a[p] *= random.nextBoolean() ? 1e-12f : -1e-12f;
        b[p] += random.nextInt(4) * a[p] * 1e12f;
      }
      input.add(Python.line(a));
      input.add(Python.line(b));
      own.add(
          new double[] {
            RankCorrelation.spearman(a, b),
            RankCorrelation.kendall(a, b),
            RankCorrelation.pearson(a, b)
          });
    }
    List<double[]> scipys =
        Python.run(
            """
            import sys
            import numpy as np
            from scipy.stats import spearmanr, kendalltau, pearsonr
            lines = [np.array(line.split(), dtype=np.float32) for line in sys.stdin]
            for a, b in zip(lines[::2], lines[1::2]):
                a, b = a.astype(float), b.astype(float)
                print(spearmanr(a, b)[0], kendalltau(a, b)[0], pearsonr(a, b)[0])
            """,
            input);
    assertThat(scipys).hasSize(own.size());
    int undefined = 0;
    double largest = 0;
    for (int i = 0; i < own.size(); i++) {
      for (int c = 0; c < 3; c++) {
        double mine = own.get(i)[c];
        double theirs = scipys.get(i)[c];
        assertThat(Double.isNaN(mine)).as("map %d, %d", i, c).isEqualTo(Double.isNaN(theirs));
        undefined += Double.isNaN(mine) ? 1 : 0;
        largest = Double.isNaN(mine) ? largest : Math.max(largest, Math.abs(mine - theirs));
      }
    }
    assertThat(undefined).isPositive();
    assertThat(largest).isLessThan(1e-13);
  }
}
