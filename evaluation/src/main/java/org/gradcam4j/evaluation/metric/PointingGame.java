package org.gradcam4j.evaluation.metric;

import java.util.List;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;

/**
 * Does the map's maximum point at the class? It hits if a pixel of a box of the class lies closer
 * to it than the tolerance; of several maxima the first in row order counts. The figure is the mean
 * of the classes' shares of hits, over classes that were observed.
 *
 * <p>The tolerance is 15 pixels of the original photo: where photos, and boxes with them, were
 * scaled, it is scaled alike. As in TorchRay all boxes of a class count, those that PASCAL VOC
 * calls difficult too, but a class all of whose boxes are is left out: that is the caller's to do.
 *
 * <p>Zhang et al., Top-down Neural Attention by Excitation Backprop, IJCV 2018; TorchRay, {@code
 * torchray/benchmark/pointing_game.py}.
 */
public final class PointingGame {
  /** Pixels of the original photo. */
  public static final double TOLERANCE = 15;

  private static final String SOURCE =
      "Zhang et al., Top-down Neural Attention by Excitation Backprop, IJCV 2018, by"
          + " TorchRay's rule (Fong et al., ICCV 2019)";
  private static final double SMALL = 0.25;

  /** Over all images that show a class. */
  public static final Metric METRIC =
      metric(
          "pointing-game",
          "Mean over classes of the share of maps whose maximum lies closer than 15 pixels of the"
              + " original photo to a box of the class; where all of a class's objects in a photo"
              + " are marked difficult, it is left out.");

  /** Over images that make it hard. */
  public static final Metric DIFFICULT =
      metric(
          "pointing-game-difficult",
          "As pointing-game, but only where the boxes of the class together are smaller than a"
              + " quarter of the photo and another class is there.");

  private PointingGame() {}

  /**
   * 100 if the map's maximum hits, else 0. A constant map points at the first pixel.
   *
   * @param map one channel, at the photo's size
   * @param boxes of the class
   * @param scale the photo's size over the original's, such as 0.6 for photos of 300 pixels that
   *     had 500; 1 for original photos
   */
  public static double of(SaliencyMap map, List<Box> boxes, double scale) {
    Maps.requireOneChannel(map);
    if (!(scale > 0)) {
      throw new IllegalArgumentException("a scale of " + scale + ": expected more than 0");
    }
    int[] point = map.argMax();
    double tolerance = TOLERANCE * scale;
    boolean hit =
        boxes.stream()
            .anyMatch(box -> squaredDistance(box, point[1], point[0]) < tolerance * tolerance);
    return hit ? 100 : 0;
  }

  /**
   * Whether a class belongs to the difficult ones of a photo.
   *
   * @param height rows of the photo
   * @param width columns of the photo
   * @param boxes of the class
   * @param classes how many classes the photo shows
   */
  public static boolean isDifficult(int height, int width, List<Box> boxes, int classes) {
    double area = boxes.stream().mapToDouble(IntersectionOverUnion::area).sum();
    return classes > 1 && area < SMALL * height * width;
  }

  /** From a point to the nearest of a box; 0 within. */
  private static double squaredDistance(Box box, double x, double y) {
    double dx = Math.max(0, Math.max(box.xMin() - x, x - box.xMax()));
    double dy = Math.max(0, Math.max(box.yMin() - y, y - box.yMax()));
    return dx * dx + dy * dy;
  }

  private static Metric metric(String name, String definition) {
    return new Metric(
        name, Direction.HIGHER, Unit.PERCENT, Aggregation.MEAN_OF_GROUPS, definition, SOURCE);
  }
}
