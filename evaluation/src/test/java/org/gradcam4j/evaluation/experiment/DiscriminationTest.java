package org.gradcam4j.evaluation.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;

/** Energy in one category's boxes against the other's. */
class DiscriminationTest {
  private static final List<Box> LEFT = List.of(new Box(0, 0, 1, 1));
  private static final List<Box> RIGHT = List.of(new Box(1, 0, 2, 1));

  @Test
  void pixelsOfBothCategoriesDoNotCount() {
    // Column 1 is in both.
    SaliencyMap map = new SaliencyMap(1, 2, 3, new float[] {3, 50, 1, -3, 50, -1});
    assertThat(Discrimination.margin(map, LEFT, RIGHT)).isEqualTo((6.0 - 2) / (6 + 2));
    assertThat(Discrimination.margin(map, RIGHT, LEFT)).isEqualTo(-0.5);
  }

  @Test
  void withoutEnergyThereIsNone() {
    SaliencyMap map = new SaliencyMap(1, 2, 3, new float[] {0, 5, 0, 0, 5, 0});
    assertThat(Discrimination.margin(map, LEFT, RIGHT)).isNaN();
  }
}
