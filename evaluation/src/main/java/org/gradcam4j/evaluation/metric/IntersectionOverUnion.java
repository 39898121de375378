package org.gradcam4j.evaluation.metric;

import org.gradcam4j.image.PhotoCoordinates.Box;

/**
 * The overlap of two boxes: the area that both cover over the area that either covers, 0 to 1.
 * Boxes are inclusive, so that a box of one pixel has the area 1.
 */
public final class IntersectionOverUnion {
  private IntersectionOverUnion() {}

  /** Of two boxes. */
  public static double of(Box a, Box b) {
    double width = Math.min(a.xMax(), b.xMax()) - Math.max(a.xMin(), b.xMin()) + 1;
    double height = Math.min(a.yMax(), b.yMax()) - Math.max(a.yMin(), b.yMin()) + 1;
    double both = Math.max(0, width) * Math.max(0, height);
    return both / (area(a) + area(b) - both);
  }

  private static double area(Box box) {
    return (box.xMax() - box.xMin() + 1) * (box.yMax() - box.yMin() + 1);
  }
}
