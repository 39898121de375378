package org.gradcam4j.evaluation.metric;

import java.util.Arrays;
import java.util.List;
import org.gradcam4j.image.PhotoCoordinates.Box;

/** Pixels in boxes. */
public final class BoxMask {
  private BoxMask() {}

  /**
   * Which pixels lie in a box or more, in row order. A pixel lies in a box if its centre does; of a
   * box beyond the border the part within counts.
   */
  public static boolean[] of(int height, int width, List<Box> boxes) {
    boolean[] inside = new boolean[height * width];
    for (Box box : boxes) {
      int from = first(box.xMin());
      int to = Math.min(width, end(box.xMax()));
      for (int y = first(box.yMin()); y < Math.min(height, end(box.yMax())); y++) {
        if (from < to) {
          Arrays.fill(inside, y * width + from, y * width + to, true);
        }
      }
    }
    return inside;
  }

  // Pixel i has its centre at i in indices; the box reaches half a pixel beyond its corners.
  private static int first(double min) {
    return Math.max(0, (int) Math.ceil(min - 0.5));
  }

  private static int end(double max) {
    return Math.max(0, (int) Math.ceil(max + 0.5));
  }
}
