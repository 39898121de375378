package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;

class MapSimilarityTest {
  private static List<Observation> observations(SaliencyMap map, SaliencyMap other) {
    List<Observation> all = new ArrayList<>(List.of(MapSimilarity.signed("m", map, other)));
    all.addAll(MapSimilarity.ofMagnitudes("m", map, other));
    return all;
  }

  @Test
  void aMapIsLikeItself() {
    SaliencyMap map = TestMaps.smooth(new SplittableRandom(17), 20, 25);
    assertThat(MapSimilarity.ssim(map, map)).isCloseTo(1, within(1e-12));
    assertThat(observations(map, map).stream().map(Observation::figure))
        .containsExactly(
            "similarity-spearman/m", "similarity-spearman-magnitude/m", "similarity-ssim/m");
  }

  @Test
  void signsDoNotCountForMagnitudes() {
    SaliencyMap map = new SaliencyMap(1, 11, 11, new float[121]);
    SaliencyMap negated = new SaliencyMap(1, 11, 11, new float[121]);
    for (int i = 0; i < 121; i++) {
      map.values()[i] = i;
      negated.values()[i] = -i;
    }
    List<Observation> similarities = observations(map, negated);
    assertThat(similarities.get(0).values()[0]).isCloseTo(-1, within(1e-12));
    assertThat(similarities.get(1).values()[0]).isCloseTo(1, within(1e-12));
  }

  @Test
  void constantMaps() {
    // Means 0 and 0, no variance: all terms cancel.
    SaliencyMap zero = TestMaps.constant(11, 11, 0);
    assertThat(MapSimilarity.ssim(zero, TestMaps.constant(11, 11, 5))).isCloseTo(1, within(1e-12));
    assertThat(observations(zero, zero).get(0).isDefined()).isFalse();
  }

  @Test
  void scipys() throws Exception {
    SplittableRandom random = new SplittableRandom(18);
    List<String> input = new ArrayList<>();
    List<Double> own = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      SaliencyMap a = TestMaps.smooth(random, 30, 40);
      SaliencyMap b =
          i % 2 == 0 ? TestMaps.smooth(random, 30, 40) : TestMaps.coarse(random, 30, 40, 9);
      own.add(MapSimilarity.ssim(a, b));
      input.add(Python.line(a.values()));
      input.add(Python.line(b.values()));
    }
    // As scikit-image's structural_similarity with gaussian_weights=True, sigma=1.5,
    // use_sample_covariance=False and data_range=1.
    List<double[]> scipys =
        Python.run(
            """
            import sys
            import numpy as np
            from scipy.ndimage import gaussian_filter
            lines = [np.array(line.split(), dtype=np.float32).astype(float).reshape(30, 40) for line in sys.stdin]
            def f(x):
                return gaussian_filter(x, 1.5, truncate=3.5)
            for x, y in zip(lines[::2], lines[1::2]):
                x = (x - x.min()) / (x.max() - x.min())
                y = (y - y.min()) / (y.max() - y.min())
                mx, my = f(x), f(y)
                vx, vy, vxy = f(x * x) - mx * mx, f(y * y) - my * my, f(x * y) - mx * my
                c1, c2 = 0.01 ** 2, 0.03 ** 2
                s = (2 * mx * my + c1) * (2 * vxy + c2)
                s /= (mx ** 2 + my ** 2 + c1) * (vx + vy + c2)
                print(s[5:-5, 5:-5].mean())
            """,
            input);
    for (int i = 0; i < own.size(); i++) {
      assertThat(own.get(i)).isCloseTo(scipys.get(i)[0], within(1e-12));
    }
  }

  @Test
  void badInputIsNamed() {
    SaliencyMap small = TestMaps.constant(7, 7, 1);
    assertThatThrownBy(() -> MapSimilarity.ssim(small, small))
        .hasMessageContaining("maps of 7x7: expected at least 11x11");
    assertThatThrownBy(() -> MapSimilarity.ssim(TestMaps.constant(12, 12, 1), small))
        .hasMessageContaining("a map of 7x7 rows and columns for a map of 12x12");
  }
}
