package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.gradcam4j.evaluation.metric.LocalizationError.Guess;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.junit.jupiter.api.Test;

class LocalizationErrorTest {
  private static final Box TRUE = new Box(0, 0, 9, 9);

  @Test
  void classAndBoxMustBeRightInTheSameGuess() {
    List<Guess> guesses = List.of(guess(7, new Box(50, 50, 60, 60)), guess(3, TRUE));
    assertThat(localization(guesses, Map.of(7, List.of(TRUE)))).containsExactly(100, 100);
    assertThat(localization(guesses, Map.of(3, List.of(TRUE)))).containsExactly(100, 0);
  }

  @Test
  void anOverlapOfExactlyAHalfCounts() {
    assertThat(localization(List.of(guess(1, new Box(0, 0, 4, 9))), Map.of(1, List.of(TRUE))))
        .containsExactly(0, 0);
    assertThat(localization(List.of(guess(1, new Box(0, 0, 4, 8))), Map.of(1, List.of(TRUE))))
        .containsExactly(100, 100);
  }

  @Test
  void anyBoxOfTheClassWillDo() {
    List<Box> boxes = List.of(new Box(50, 50, 60, 60), TRUE);
    assertThat(localization(List.of(guess(1, TRUE)), Map.of(1, boxes))).containsExactly(0, 0);
  }

  @Test
  void aMapWithoutABoxIsWrong() {
    assertThat(localization(List.of(new Guess(1, Optional.empty())), Map.of(1, List.of(TRUE))))
        .containsExactly(100, 100);
  }

  @Test
  void theSixthGuessDoesNotCount() {
    List<Guess> guesses = new ArrayList<>();
    for (int c = 0; c < 6; c++) {
      guesses.add(guess(c, TRUE));
    }
    assertThat(localization(guesses, Map.of(5, List.of(TRUE)))).containsExactly(100, 100);
    assertThat(localization(guesses, Map.of(4, List.of(TRUE)))).containsExactly(100, 0);
    assertThat(classification(guesses, List.of(5))).containsExactly(100, 100);
    assertThat(classification(guesses, List.of(4))).containsExactly(100, 0);
    assertThat(classification(guesses, List.of(8, 0))).containsExactly(0, 0);
  }

  @Test
  void names() {
    assertThat(LocalizationError.METRICS.stream().map(Metric::name))
        .containsExactly(
            "localization-error-top1",
            "localization-error-top5",
            "classification-error-top1",
            "classification-error-top5");
  }

  @Test
  void theMaskOfOneObjectIsRightIfTheClassIs() {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 200; i++) {
      Box box = TestMaps.box(random, 20, 30);
      Optional<Box> found = BoxRule.PAPER.box(TestMaps.mask(20, 30, box));
      assertThat(localization(List.of(new Guess(2, found)), Map.of(2, List.of(box))))
          .containsExactly(0, 0);
      assertThat(GroundTruthKnown.of(found, List.of(box))).isEqualTo(100);
    }
  }

  @Test
  void top5IsAtMostTop1AndLocalizationAtLeastClassification() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 500; i++) {
      List<Guess> guesses = new ArrayList<>();
      for (int g = 0; g < 5; g++) {
        guesses.add(guess(random.nextInt(8), TestMaps.box(random, 8, 8)));
      }
      int shown = random.nextInt(8);
      double[] boxes = localization(guesses, Map.of(shown, List.of(TestMaps.box(random, 8, 8))));
      double[] classes = classification(guesses, List.of(shown));
      assertThat(boxes[1]).isLessThanOrEqualTo(boxes[0]);
      assertThat(classes[1]).isLessThanOrEqualTo(classes[0]);
      assertThat(boxes[0]).isGreaterThanOrEqualTo(classes[0]);
      assertThat(boxes[1]).isGreaterThanOrEqualTo(classes[1]);
    }
  }

  @Test
  void withTheClassGivenTheBoxAloneCounts() {
    assertThat(GroundTruthKnown.of(Optional.of(new Box(0, 0, 4, 9)), List.of(TRUE))).isEqualTo(100);
    assertThat(GroundTruthKnown.of(Optional.of(new Box(0, 0, 4, 8)), List.of(TRUE))).isZero();
    assertThat(GroundTruthKnown.of(Optional.empty(), List.of(TRUE))).isZero();
  }

  private static Guess guess(int classIndex, Box box) {
    return new Guess(classIndex, Optional.of(box));
  }

  private static double[] localization(List<Guess> guesses, Map<Integer, List<Box>> truth) {
    return values(
        LocalizationError.localization("m", guesses, c -> truth.getOrDefault(c, List.of())));
  }

  private static double[] classification(List<Guess> guesses, List<Integer> classes) {
    return values(LocalizationError.classification(guesses, classes));
  }

  private static double[] values(List<Observation> observations) {
    return observations.stream().mapToDouble(o -> o.values()[0]).toArray();
  }
}
