package org.gradcam4j.evaluation.metric;

import java.util.List;
import java.util.Optional;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.image.PhotoCoordinates.Box;

/**
 * Localization where the class is given: is the box of the true class's map right? It leaves out
 * what the network gets wrong.
 */
public final class GroundTruthKnown {
  /** Right boxes. */
  public static final Metric METRIC =
      new Metric(
          "gt-known-localization",
          Direction.HIGHER,
          Unit.PERCENT,
          Aggregation.MEAN,
          "Share of images whose map of the true class gives a box with an intersection over union"
              + " of at least 0.5 with a box of that class.",
          "Singh and Lee, Hide-and-Seek, ICCV 2017");

  private GroundTruthKnown() {}

  /**
   * 100 if the box is right, else 0.
   *
   * @param box of the true class's map; empty where it gives none
   * @param truth the boxes of that class
   */
  public static double of(Optional<Box> box, List<Box> truth) {
    return box.filter(b -> IntersectionOverUnion.best(b, truth) >= LocalizationError.RIGHT)
            .isPresent()
        ? 100
        : 0;
  }
}
