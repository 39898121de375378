package org.gradcam4j.evaluation.metric;

import java.util.List;
import org.gradcam4j.image.PhotoCoordinates.Box;

/**
 * How well two boxes agree: the area of what they share over the area that they cover together.
 *
 * <pre>
 * IoU(a, b) = |a and b| / (|a| + |b| - |a and b|)
 * </pre>
 *
 * <p>Corners are inclusive, so a box is {@code xMax - xMin + 1} wide, as in the development kits of
 * ILSVRC and PASCAL VOC.
 */
public final class IntersectionOverUnion {
  private IntersectionOverUnion() {}

  /** From 0, where the boxes share nothing, to 1, where they are the same. */
  public static double of(Box a, Box b) {
    double shared =
        length(Math.max(a.xMin(), b.xMin()), Math.min(a.xMax(), b.xMax()))
            * length(Math.max(a.yMin(), b.yMin()), Math.min(a.yMax(), b.yMax()));
    double covered = area(a) + area(b) - shared;
    return covered > 0 ? shared / covered : 0;
  }

  /** The best agreement with any of several boxes; 0 where there is none. */
  public static double best(Box box, List<Box> others) {
    double best = 0;
    for (Box other : others) {
      best = Math.max(best, of(box, other));
    }
    return best;
  }

  static double area(Box box) {
    return length(box.xMin(), box.xMax()) * length(box.yMin(), box.yMax());
  }

  private static double length(double first, double last) {
    return Math.max(0, last - first + 1);
  }
}
