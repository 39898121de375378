package org.gradcam4j.evaluation.metric;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.image.PhotoCoordinates.Box;

/**
 * Errors of the ILSVRC development kit. A guess is a class and a box; it is right if the image
 * shows the class and the box has an intersection over union of at least 0.5 with any box of that
 * class: both in the same guess. An image is an error of 100 where none of its first k guesses is
 * right, else of 0.
 *
 * <p>Russakovsky et al., ImageNet Large Scale Visual Recognition Challenge, IJCV 2015, section 4.
 */
public final class LocalizationError {
  /** Of the class alone, the first guess. */
  public static final Metric CLASSIFICATION_TOP1 = metric("classification", 1);

  /** Of the class alone, five guesses. */
  public static final Metric CLASSIFICATION_TOP5 = metric("classification", 5);

  /** Of class and box, the first guess. */
  public static final Metric TOP1 = metric("localization", 1);

  /** Of class and box, five guesses. */
  public static final Metric TOP5 = metric("localization", 5);

  /** All of them. */
  public static final List<Metric> METRICS =
      List.of(CLASSIFICATION_TOP1, CLASSIFICATION_TOP5, TOP1, TOP5);

  private static final double LEAST_OVERLAP = 0.5;

  private LocalizationError() {}

  private static Metric metric(String what, int k) {
    String right =
        what.equals("classification")
            ? "shows the class of one of the first %d guesses"
            : "has, among the first %d guesses, one of an annotated class whose box has an"
                + " intersection over union of at least 0.5 with a box of that class";
    return new Metric(
        what + "-error-top" + k,
        Direction.LOWER,
        Unit.PERCENT,
        Aggregation.MEAN,
        "100 less the share of images that " + right.formatted(k) + ".",
        "ILSVRC development kit; Russakovsky et al., IJCV 2015");
  }

  /**
   * What is guessed of an image.
   *
   * @param classIndex the class; -1 for one that the data set does not have
   * @param box where; empty for a map without a segment
   */
  public record Guess(int classIndex, Optional<Box> box) {}

  /**
   * Errors of the classes.
   *
   * @param guesses in the order of their scores, five where there are as many classes
   * @param classes those that the image shows
   */
  public static List<Observation> classification(List<Guess> guesses, List<Integer> classes) {
    List<Boolean> right =
        guesses.stream().map(guess -> classes.contains(guess.classIndex())).toList();
    return List.of(
        observation(CLASSIFICATION_TOP1, "", right, 1),
        observation(CLASSIFICATION_TOP5, "", right, 5));
  }

  /**
   * Errors of classes and boxes.
   *
   * @param variant what made the boxes
   * @param guesses in the order of their scores
   * @param boxes the annotated boxes of a class; empty for a class that the image does not show
   */
  public static List<Observation> localization(
      String variant, List<Guess> guesses, IntFunction<List<Box>> boxes) {
    List<Boolean> right =
        guesses.stream().map(guess -> isRight(guess, boxes.apply(guess.classIndex()))).toList();
    return List.of(observation(TOP1, variant, right, 1), observation(TOP5, variant, right, 5));
  }

  private static boolean isRight(Guess guess, List<Box> truth) {
    return guess.box().isPresent()
        && truth.stream()
            .anyMatch(box -> IntersectionOverUnion.of(guess.box().get(), box) >= LEAST_OVERLAP);
  }

  private static Observation observation(
      Metric metric, String variant, List<Boolean> right, int k) {
    boolean any = right.stream().limit(k).anyMatch(r -> r);
    return new Observation(metric.name(), variant, "", any ? 0 : 100);
  }
}
