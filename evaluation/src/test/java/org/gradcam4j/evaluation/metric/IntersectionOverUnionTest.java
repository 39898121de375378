package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.junit.jupiter.api.Test;

class IntersectionOverUnionTest {
  @Test
  void pixelsAreInclusive() {
    // 5 x 5 and 2 x 5 pixels share 2 x 4: 8 / (25 + 10 - 8).
    assertThat(IntersectionOverUnion.of(new Box(1, 2, 5, 6), new Box(3, 1, 4, 5)))
        .isEqualTo(8 / 27.0);
    assertThat(IntersectionOverUnion.of(new Box(0, 0, 0, 0), new Box(0, 0, 1, 0))).isEqualTo(0.5);
    assertThat(IntersectionOverUnion.of(new Box(0, 0, 0, 0), new Box(1, 0, 1, 0))).isZero();
    assertThat(IntersectionOverUnion.of(new Box(2, 2, 4, 4), new Box(2, 2, 4, 4))).isEqualTo(1);
  }

  @Test
  void theBestOfSeveral() {
    Box box = new Box(0, 0, 9, 9);
    assertThat(IntersectionOverUnion.best(box, List.of())).isZero();
    assertThat(
            IntersectionOverUnion.best(
                box, List.of(new Box(5, 0, 9, 9), new Box(1, 0, 9, 9), new Box(50, 50, 60, 60))))
        .isEqualTo(0.9);
  }

  @Test
  void countedPixelByPixel() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 300; i++) {
      Box a = TestMaps.box(random, 20, 30);
      Box b = TestMaps.box(random, 20, 30);
      boolean[] inA = BoxMask.of(20, 30, List.of(a));
      boolean[] inB = BoxMask.of(20, 30, List.of(b));
      int both = 0;
      int either = 0;
      for (int p = 0; p < inA.length; p++) {
        both += inA[p] && inB[p] ? 1 : 0;
        either += inA[p] || inB[p] ? 1 : 0;
      }
      assertThat(IntersectionOverUnion.of(a, b)).isCloseTo((double) both / either, within(1e-15));
    }
  }

  @Test
  void aPixelIsInABoxIfItsCentreIs() {
    assertThat(BoxMask.of(1, 5, List.of(new Box(1, 0, 2, 0))))
        .containsExactly(false, true, true, false, false);
    // From 0.4 - 0.5 to 2.4 + 0.5: pixels 0 to 2; and what lies beyond the border is cut off.
    assertThat(BoxMask.of(1, 5, List.of(new Box(0.4, -3, 2.4, 7))))
        .containsExactly(true, true, true, false, false);
    assertThat(BoxMask.of(1, 3, List.of(new Box(9, 0, 12, 0), new Box(-5, 0, -2, 0))))
        .containsExactly(false, false, false);
  }
}
