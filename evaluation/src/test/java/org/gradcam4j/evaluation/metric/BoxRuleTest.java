package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.SplittableRandom;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;

class BoxRuleTest {
  private static final BoxRule HALF = new BoxRule(0.5, true, 8, 0);

  @Test
  void roundTheLargestSegment() {
    SaliencyMap map =
        TestMaps.drawn(
            "99......", //
            "......5.",
            "...555..",
            "...4....");
    assertThat(HALF.box(map)).contains(new Box(3, 1, 6, 2));
    assertThat(new BoxRule(0.4, true, 8, 0).box(map)).contains(new Box(3, 1, 6, 3));
  }

  @Test
  void whetherCornersTouchIsAnOption() {
    SaliencyMap map =
        TestMaps.drawn(
            "9..", //
            ".99", "9..");
    assertThat(HALF.box(map)).contains(new Box(0, 0, 2, 2));
    assertThat(new BoxRule(0.5, true, 4, 0).box(map)).contains(new Box(1, 1, 2, 1));
  }

  @Test
  void ofEqualSegmentsTheFirstInRowOrder() {
    // The second one reaches further left, but its first pixel comes later.
    SaliencyMap map =
        TestMaps.drawn(
            ".....9", //
            "..9..9", ".9....");
    assertThat(HALF.box(map)).contains(new Box(5, 0, 5, 1));
  }

  @Test
  void whetherTheThresholdItselfCountsIsAnOption() {
    SaliencyMap map = TestMaps.drawn("84448");
    assertThat(HALF.box(map)).contains(new Box(0, 0, 4, 0));
    assertThat(new BoxRule(0.5, false, 8, 0).box(map)).contains(new Box(0, 0, 0, 0));
  }

  @Test
  void withoutAPositiveMaximumThereIsNoBox() {
    assertThat(BoxRule.PAPER.box(TestMaps.constant(3, 4, 0))).isEmpty();
    assertThat(BoxRule.PAPER.box(TestMaps.constant(3, 4, -1))).isEmpty();
    assertThat(BoxRule.PAPER.box(TestMaps.constant(3, 4, Float.NaN))).isEmpty();
  }

  @Test
  void aConstantMapIsOneBox() {
    assertThat(BoxRule.PAPER.box(TestMaps.constant(3, 4, 2))).contains(new Box(0, 0, 3, 2));
  }

  @Test
  void smoothingMakesASegmentOfSpeckle() {
    // Two bright pixels on a plane, far from each other: of a Gaussian round each, those count that
    // are within sqrt(2 ln(1 / threshold)) deviations.
    float[] values = new float[13 * 30];
    values[6 * 30 + 8] = 1;
    values[6 * 30 + 20] = 0.9f;
    SaliencyMap map = new SaliencyMap(1, 13, 30, values);
    assertThat(new BoxRule(0.15, true, 8, 0).box(map)).contains(new Box(8, 6, 8, 6));
    assertThat(new BoxRule(0.15, true, 8, 1).box(map)).contains(new Box(7, 5, 9, 7));
    assertThat(new BoxRule(0.13, true, 8, 1).box(map)).contains(new Box(6, 4, 10, 8));
    // Wide enough, both are one.
    assertThat(new BoxRule(0.15, true, 8, 4).box(map).get().xMax()).isGreaterThan(20);
  }

  @Test
  void badOptionsAreNamed() {
    assertThatThrownBy(() -> new BoxRule(0, true, 8, 0)).hasMessageContaining("threshold of 0.0");
    assertThatThrownBy(() -> new BoxRule(0.15, true, 6, 0))
        .hasMessage("a connectivity of 6: expected 4 or 8");
    assertThatThrownBy(() -> new BoxRule(0.15, true, 8, -1))
        .hasMessage("a smoothing of -1.0: expected pixels, 0 to 1000");
    assertThatThrownBy(() -> BoxRule.PAPER.box(new SaliencyMap(3, 1, 1, new float[3])))
        .hasMessageContaining("a map of 3 channels: expected one");
  }

  @Test
  void aPlainFloodFillFindsTheSame() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 1000; i++) {
      int height = 1 + random.nextInt(24);
      int width = 1 + random.nextInt(24);
      SaliencyMap map =
          i % 4 == 0
              ? TestMaps.smooth(random, height, width)
              : TestMaps.coarse(random, height, width, 2 + random.nextInt(8));
      BoxRule rule =
          new BoxRule(0.1 + 0.8 * random.nextDouble(), random.nextBoolean(), i % 2 == 0 ? 4 : 8, 0);
      assertThat(rule.box(map)).isEqualTo(Optional.ofNullable(flooded(map, rule)));
    }
  }

  private static boolean counts(SaliencyMap map, BoxRule rule, int i) {
    double least = rule.threshold() * map.max();
    return rule.inclusive() ? map.values()[i] >= least : map.values()[i] > least;
  }

  /** By a queue, one segment after another. */
  private static Box flooded(SaliencyMap map, BoxRule rule) {
    int width = map.width();
    boolean[] seen = new boolean[map.values().length];
    Box best = null;
    int most = 0;
    for (int start = 0; start < seen.length && map.max() > 0; start++) {
      if (seen[start] || !counts(map, rule, start)) {
        continue;
      }
      ArrayDeque<Integer> queue = new ArrayDeque<>();
      queue.add(start);
      seen[start] = true;
      int size = 0;
      int[] box = {width, map.height(), -1, -1};
      while (!queue.isEmpty()) {
        int at = queue.remove();
        int x = at % width;
        int y = at / width;
        size++;
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x);
        box[3] = Math.max(box[3], y);
        for (int dy = -1; dy <= 1; dy++) {
          for (int dx = -1; dx <= 1; dx++) {
            int next = (y + dy) * width + x + dx;
            if ((rule.connectivity() == 8 || dx == 0 || dy == 0)
                && x + dx >= 0
                && x + dx < width
                && y + dy >= 0
                && y + dy < map.height()
                && !seen[next]
                && counts(map, rule, next)) {
              seen[next] = true;
              queue.add(next);
            }
          }
        }
      }
      if (size > most) {
        most = size;
        best = new Box(box[0], box[1], box[2], box[3]);
      }
    }
    return best;
  }
}
