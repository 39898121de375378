package org.gradcam4j.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final Metric MEAN = metric("mean", Aggregation.MEAN);
  private static final Metric GROUPS = metric("groups", Aggregation.MEAN_OF_GROUPS);
  private static final Metric COLUMNS = metric("columns", Aggregation.LARGEST_COLUMN);

  @Test
  void theMeanOfAllObservations() {
    Tally tally = tally();
    tally.add("a", List.of(MEAN.observe("m", "", 1), MEAN.observe("m", "", 2)));
    tally.add("b", List.of(MEAN.observe("m", "", 6), MEAN.observe("n", "", 100)));
    Figure figure = tally.figure("mean/m");
    assertThat(figure.value()).isEqualTo(3);
    assertThat(figure.observations()).isEqualTo(3);
    assertThat(figure.images()).isEqualTo(2);
    assertThat(figure.undefined()).isZero();
    assertThat(tally.figures()).containsExactly("mean/m", "mean/n");
  }

  @Test
  void theMeanOfGroupsMeans() {
    Tally tally = tally();
    tally.add("a", List.of(GROUPS.observe("", "cat", 0), GROUPS.observe("", "dog", 10)));
    tally.add("b", List.of(GROUPS.observe("", "cat", 3)));
    tally.add("c", List.of(GROUPS.observe("", "cat", 3)));
    assertThat(tally.figure("groups").value()).isEqualTo(6);
  }

  @Test
  void theLargestColumnOfEachGroup() {
    Tally tally = tally();
    tally.add("a", List.of(COLUMNS.observe("", "x", 1, 0, 0), COLUMNS.observe("", "y", 0, 0, 9)));
    tally.add("b", List.of(COLUMNS.observe("", "x", 1, 4, 0), COLUMNS.observe("", "y", 0, 0, 9)));
    // Columns of x: 1, 2, 0; of y: 0, 0, 9.
    assertThat(tally.figure("columns").value()).isEqualTo(5.5);
  }

  @Test
  void undefinedIsLeftOutAndCounted() {
    Tally tally = tally();
    tally.add("a", List.of(MEAN.observe("", "", Double.NaN), MEAN.observe("", "", 4)));
    tally.add("b", List.of(MEAN.observe("", "", Double.NaN)));
    assertThat(tally.figure("mean")).isEqualTo(new Figure(4, 4, 4, 1, 1, 2));
    Tally nothing = tally();
    nothing.add("a", List.of(MEAN.observe("", "", Double.NaN)));
    assertThat(nothing.figure("mean"))
        .isEqualTo(new Figure(Double.NaN, Double.NaN, Double.NaN, 0, 0, 1));
  }

  @Test
  void partsMergeIntoTheWholeInAnyOrder() {
    List<Integer> images = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      images.add(i);
    }
    Tally whole = tally();
    images.forEach(i -> observe(whole, i));
    Collections.shuffle(images, new Random(1));
    Tally first = tally();
    Tally second = tally();
    images.subList(0, 100).forEach(i -> observe(first, i));
    images.subList(100, 300).forEach(i -> observe(second, i));
    second.merge(first);
    for (String figure : whole.figures()) {
      assertThat(second.figure(figure)).isEqualTo(whole.figure(figure));
    }
    assertThat(second.difference("mean/m", "mean/n"))
        .isEqualTo(whole.difference("mean/m", "mean/n"));
  }

  private static void observe(Tally tally, int image) {
    SplittableRandom random = new SplittableRandom(image);
    tally.add(
        "image " + image,
        List.of(
            MEAN.observe("m", "", random.nextDouble()),
            MEAN.observe("n", "", random.nextDouble()),
            GROUPS.observe("m", "g" + image % 7, random.nextDouble()),
            COLUMNS.observe("m", "", random.nextDouble(), random.nextDouble())));
  }

  @Test
  void aDifferenceIsOfTheSameImages() {
    Tally tally = tally();
    // The second is one above the first, whatever the image; the images differ widely.
    for (int i = 0; i < 50; i++) {
      tally.add("i" + i, List.of(MEAN.observe("m", "", i * i), MEAN.observe("n", "", i * i + 1)));
    }
    tally.add("alone", List.of(MEAN.observe("m", "", 1e9)));
    Tally.Difference difference = tally.difference("mean/m", "mean/n").orElseThrow();
    assertThat(difference.value()).isCloseTo(-1, within(1e-9));
    assertThat(difference.low()).isCloseTo(-1, within(1e-9));
    assertThat(difference.high()).isCloseTo(-1, within(1e-9));
    assertThat(difference.images()).isEqualTo(50);
    assertThat(tally.difference("mean/m", "mean/nobody")).isEmpty();
  }

  @Test
  void aPairCountsOnlyWhereBothAreDefined() {
    Tally tally = tally();
    tally.add(
        "a",
        List.of(
            GROUPS.observe("m", "cat", 5),
            GROUPS.observe("m", "dog", 90),
            GROUPS.observe("n", "cat", 3),
            GROUPS.observe("n", "dog", Double.NaN)));
    // Other classes than the other's: nothing to compare.
    tally.add("b", List.of(GROUPS.observe("m", "cat", 50), GROUPS.observe("n", "dog", 0)));
    assertThat(tally.difference("groups/m", "groups/n")).contains(new Tally.Difference(2, 2, 2, 1));
  }

  @Test
  void mistakesAreNamed() {
    Tally tally = tally();
    tally.add("a", List.of(MEAN.observe("", "", 1)));
    assertThatThrownBy(() -> tally.add("a", List.of())).hasMessageContaining("'a' is in the tally");
    assertThatThrownBy(() -> tally.add("b", List.of(new Observation("other", "", "", 1))))
        .hasMessage("no metric 'other' in the tally");
    assertThatThrownBy(() -> tally.figure("groups")).hasMessageContaining("'groups'");
    assertThatThrownBy(() -> MEAN.observe("", "")).hasMessageContaining("at least one number");
    tally.add("c", List.of(GROUPS.observe("", "x", 1, 2)));
    assertThatThrownBy(() -> tally.figure("groups"))
        .hasMessage("groups: a row of 2 numbers, expected one number");
    tally.add("d", List.of(COLUMNS.observe("", "", 1, 2)));
    tally.add("e", List.of(COLUMNS.observe("", "", 1)));
    assertThatThrownBy(() -> tally.figure("columns"))
        .hasMessage("columns: 1 numbers here, 2 there: expected as many in each observation");
  }

  private static Tally tally() {
    return new Tally(List.of(MEAN, GROUPS, COLUMNS));
  }

  private static Metric metric(String name, Aggregation aggregation) {
    return new Metric(name, Direction.HIGHER, Unit.NUMBER, aggregation, "", "");
  }
}
