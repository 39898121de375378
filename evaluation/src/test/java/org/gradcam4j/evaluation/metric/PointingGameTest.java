package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;

class PointingGameTest {
  @Test
  void theMaximumMustLieCloserThanTheTolerance() {
    List<Box> box = List.of(new Box(50, 50, 60, 60));
    // 14 to the left; 15 to the left; 9 and 12 are 15; 9 and 11 are less.
    assertThat(PointingGame.of(peak(55, 36), box, 1)).isEqualTo(100);
    assertThat(PointingGame.of(peak(55, 35), box, 1)).isZero();
    assertThat(PointingGame.of(peak(69, 72), box, 1)).isZero();
    assertThat(PointingGame.of(peak(69, 71), box, 1)).isEqualTo(100);
  }

  @Test
  void theToleranceScalesWithThePhoto() {
    List<Box> box = List.of(new Box(50, 50, 60, 60));
    assertThat(PointingGame.of(peak(55, 42), box, 0.6)).isEqualTo(100);
    assertThat(PointingGame.of(peak(55, 41), box, 0.6)).isZero();
    assertThatThrownBy(() -> PointingGame.of(peak(1, 1), box, 0))
        .hasMessage("a scale of 0.0: expected more than 0");
  }

  @Test
  void ofSeveralMaximaTheFirstInRowOrder() {
    SaliencyMap map = TestMaps.constant(80, 80, 1);
    assertThat(PointingGame.of(map, List.of(new Box(0, 0, 3, 3)), 1)).isEqualTo(100);
    assertThat(PointingGame.of(map, List.of(new Box(40, 40, 79, 79)), 1)).isZero();
  }

  @Test
  void pixelByPixelAsTorchray() {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 300; i++) {
      int x = random.nextInt(80);
      int y = random.nextInt(70);
      List<Box> boxes = List.of(TestMaps.box(random, 70, 80), TestMaps.box(random, 70, 80));
      boolean[] mask = BoxMask.of(70, 80, boxes);
      boolean hit = false;
      for (int p = 0; p < mask.length; p++) {
        int dx = p % 80 - x;
        int dy = p / 80 - y;
        hit |= mask[p] && dx * dx + dy * dy < 15 * 15;
      }
      assertThat(PointingGame.of(peak(70, 80, y, x), boxes, 1)).isEqualTo(hit ? 100 : 0);
    }
  }

  @Test
  void theMaskOfTheObjectAlwaysHits() {
    SplittableRandom random = new SplittableRandom(10);
    for (int i = 0; i < 100; i++) {
      Box box = TestMaps.box(random, 20, 30);
      SaliencyMap mask = TestMaps.mask(20, 30, box);
      assertThat(PointingGame.of(mask, List.of(box), 0.01)).isEqualTo(100);
      assertThat(EnergyPointingGame.of(mask, List.of(box))).isEqualTo(100);
    }
  }

  @Test
  void difficultIsSmallAndNotAlone() {
    List<Box> quarter = List.of(new Box(0, 0, 4, 4));
    List<Box> less = List.of(new Box(0, 0, 4, 3));
    assertThat(PointingGame.isDifficult(10, 10, less, 2)).isTrue();
    assertThat(PointingGame.isDifficult(10, 10, less, 1)).isFalse();
    assertThat(PointingGame.isDifficult(10, 10, quarter, 2)).isFalse();
    assertThat(PointingGame.isDifficult(10, 10, List.of(less.get(0), less.get(0)), 2)).isFalse();
  }

  @Test
  void everyClassCountsTheSame() {
    Tally tally = new Tally(List.of(PointingGame.METRIC));
    tally.add("a", List.of(PointingGame.METRIC.observe("m", "cat", 100)));
    tally.add("b", List.of(PointingGame.METRIC.observe("m", "cat", 0)));
    tally.add(
        "c",
        List.of(
            PointingGame.METRIC.observe("m", "cat", 0),
            PointingGame.METRIC.observe("m", "dog", 100)));
    assertThat(tally.figure("pointing-game/m").value()).isEqualTo((100 / 3.0 + 100) / 2);
  }

  private static SaliencyMap peak(int row, int column) {
    return peak(100, 100, row, column);
  }

  private static SaliencyMap peak(int height, int width, int row, int column) {
    return TestMaps.mask(height, width, new Box(column, row, column, row));
  }
}
