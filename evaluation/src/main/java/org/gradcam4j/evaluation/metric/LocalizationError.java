package org.gradcam4j.evaluation.metric;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.image.PhotoCoordinates.Box;

/**
 * The errors of the ILSVRC development kit. A guess is a class with a box. It is right if the image
 * shows the class and the box has an intersection over union of at least 0.5 with any box of that
 * class; class and box must be right in the same guess. An image is an error of 100 % if none of
 * its first k guesses is right.
 *
 * <p>Russakovsky et al., ImageNet Large Scale Visual Recognition Challenge, IJCV 2015, section 4.2;
 * the development kit's {@code eval_localization_flat}.
 */
public final class LocalizationError {
  /** The intersection over union from which a box is right. */
  static final double RIGHT = 0.5;

  private static final int FIVE = 5;
  private static final String SOURCE =
      "Russakovsky et al., ImageNet Large Scale Visual Recognition Challenge, IJCV 2015,"
          + " sections 4.1 and 4.2";

  /** Images whose first guess is wrong in class or box. */
  public static final Metric TOP1 =
      error(
          "localization-error-top1",
          "Share of images whose first guess has a wrong class, or a box with an intersection over"
              + " union below 0.5 with every box of the class.");

  /** Images of whose first five guesses none is right in class and box. */
  public static final Metric TOP5 =
      error(
          "localization-error-top5",
          "Share of images of whose first five guesses none has both a right class and a box with"
              + " an intersection over union of at least 0.5 with a box of that class.");

  /** Images whose first guess has a wrong class. */
  public static final Metric CLASSIFICATION_TOP1 =
      error(
          "classification-error-top1",
          "Share of images that do not show the class of the highest score.");

  /** Images that show none of the first five guesses' classes. */
  public static final Metric CLASSIFICATION_TOP5 =
      error(
          "classification-error-top5",
          "Share of images that show none of the five classes of the highest scores.");

  /** All four. */
  public static final List<Metric> METRICS =
      List.of(TOP1, TOP5, CLASSIFICATION_TOP1, CLASSIFICATION_TOP5);

  private LocalizationError() {}

  /**
   * A class and where it is.
   *
   * @param classIndex as the data set counts; a number that is no class of it is wrong
   * @param box pixels of the photo, inclusive; empty where the map gives none, which is wrong
   */
  public record Guess(int classIndex, Optional<Box> box) {}

  /**
   * Whether the image is an error by class and box, first guess and first five.
   *
   * @param variant the method
   * @param guesses from the highest score down
   * @param truth the boxes of a class on this image; empty for classes that it does not show
   */
  public static List<Observation> localization(
      String variant, List<Guess> guesses, IntFunction<List<Box>> truth) {
    List<Boolean> right = guesses.stream().map(guess -> isRight(guess, truth)).toList();
    return List.of(
        TOP1.observe(variant, "", errorOf(right, 1)),
        TOP5.observe(variant, "", errorOf(right, FIVE)));
  }

  /**
   * Whether the image is an error by class alone.
   *
   * @param guesses from the highest score down
   * @param classes what the image shows
   */
  public static List<Observation> classification(List<Guess> guesses, List<Integer> classes) {
    List<Boolean> right =
        guesses.stream().map(guess -> classes.contains(guess.classIndex())).toList();
    return List.of(
        CLASSIFICATION_TOP1.observe("", "", errorOf(right, 1)),
        CLASSIFICATION_TOP5.observe("", "", errorOf(right, FIVE)));
  }

  private static boolean isRight(Guess guess, IntFunction<List<Box>> truth) {
    return guess
        .box()
        .filter(box -> IntersectionOverUnion.best(box, truth.apply(guess.classIndex())) >= RIGHT)
        .isPresent();
  }

  /** In percent. */
  private static double errorOf(List<Boolean> right, int first) {
    return right.stream().limit(first).anyMatch(r -> r) ? 0 : 100;
  }

  private static Metric error(String name, String definition) {
    return new Metric(name, Direction.LOWER, Unit.PERCENT, Aggregation.MEAN, definition, SOURCE);
  }
}
