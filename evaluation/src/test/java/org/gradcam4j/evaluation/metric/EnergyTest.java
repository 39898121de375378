package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.gradcam4j.evaluation.data.ClassMask;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;

/** Where a map's energy lies: in boxes, inside over outside, on a mask. */
class EnergyTest {
  private static final SaliencyMap MAP = TestMaps.of(new float[] {1, 2, -5}, new float[] {3, 4, 0});

  @Test
  void shareOfThePositiveEnergyInTheBoxes() {
    assertThat(EnergyPointingGame.of(MAP, List.of(new Box(1, 0, 2, 1)))).isEqualTo(60);
    // The pixel that both boxes cover counts once.
    List<Box> overlapping = List.of(new Box(1, 0, 2, 1), new Box(0, 1, 1, 1));
    assertThat(EnergyPointingGame.of(MAP, overlapping)).isEqualTo(90);
    assertThat(EnergyPointingGame.of(MAP, List.of())).isZero();
    assertThat(EnergyPointingGame.of(TestMaps.constant(2, 2, -1), List.of(new Box(0, 0, 1, 1))))
        .isNaN();
  }

  @Test
  void meanInsideOverMeanOutside() {
    // (2 + 0 + 4 + 0) / 4 over (1 + 3) / 2.
    assertThat(InsideOutsideRatio.of(MAP, List.of(new Box(1, 0, 2, 1)))).isEqualTo(0.75);
  }

  @Test
  void aUniformMapHasARatioOfOne() {
    SplittableRandom random = new SplittableRandom(11);
    SaliencyMap uniform = TestMaps.constant(20, 30, 0.3f);
    for (int i = 0; i < 100; i++) {
      Box box = TestMaps.box(random, 19, 30);
      assertThat(InsideOutsideRatio.of(uniform, List.of(box))).isCloseTo(1, within(1e-13));
    }
  }

  @Test
  void theRatioIsUndefinedWhereOneSideIsEmpty() {
    List<Box> some = List.of(new Box(0, 0, 0, 0));
    assertThat(InsideOutsideRatio.of(TestMaps.constant(2, 2, 0), some)).isNaN();
    assertThat(InsideOutsideRatio.of(TestMaps.drawn("90", "00"), some)).isNaN();
    assertThat(InsideOutsideRatio.of(MAP, List.of())).isNaN();
    assertThat(InsideOutsideRatio.of(MAP, List.of(new Box(0, 0, 2, 1)))).isNaN();
  }

  @Test
  void theThresholdedMapOnAMask() {
    int cat = 7;
    ClassMask mask =
        new ClassMask(2, 3, new int[] {cat, ClassMask.VOID, cat, ClassMask.BACKGROUND, cat, 2});
    // At least 2: pixels 1 (void), 3 and 4. Of the cat's 0, 2, 4 one is met; with 3 four count.
    assertThat(MaskIntersection.of(MAP, mask, cat, new BoxRule(0.5, true, 8, 0))).isEqualTo(25);
    assertThat(MaskIntersection.of(MAP, mask, 3, BoxRule.PAPER)).isNaN();
    assertThat(MaskIntersection.of(TestMaps.constant(2, 3, 0), mask, cat, BoxRule.PAPER)).isZero();
    assertThatThrownBy(
            () -> MaskIntersection.of(TestMaps.constant(3, 3, 0), mask, cat, BoxRule.PAPER))
        .hasMessage("a map of 3x3 rows and columns for a mask of 2x3: bring it to that size first");
  }

  @Test
  void theMaskItselfIsItsBestMap() {
    int[] classes = {1, 1, ClassMask.BACKGROUND, ClassMask.VOID, 1, 2};
    SaliencyMap map = TestMaps.drawn("990", "090");
    assertThat(MaskIntersection.of(map, new ClassMask(2, 3, classes), 1, BoxRule.PAPER))
        .isEqualTo(100);
  }
}
