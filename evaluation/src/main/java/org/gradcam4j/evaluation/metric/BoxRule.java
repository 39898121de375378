package org.gradcam4j.evaluation.metric;

import java.util.Optional;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;

/**
 * How a map becomes a box: the pixels of at least a share of its maximum, of these the connected
 * segment of most pixels, and the box round it. Of several largest segments it is the one whose
 * first pixel comes first in row order.
 *
 * <p>Zhou et al., Learning Deep Features for Discriminative Localization, CVPR 2016, with 20 %;
 * Selvaraju et al., Grad-CAM, IJCV 2019, section 4.1, with 15 %. Both are silent about the rest.
 *
 * @param threshold the share of the maximum, 0 to 1
 * @param inclusive whether a pixel of exactly that share counts
 * @param connectivity 4 (edges) or 8 (corners too)
 */
public record BoxRule(double threshold, boolean inclusive, int connectivity) {
  /** The paper's: 15 % of the maximum, inclusive, corners connect. */
  public static final BoxRule PAPER = new BoxRule(0.15, true, 8);

  private static final int EDGES = 4;
  private static final int CORNERS = 8;

  /** Checks the numbers. */
  public BoxRule {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("threshold " + threshold + ": expected 0 to 1");
    }
    if (connectivity != EDGES && connectivity != CORNERS) {
      throw new IllegalArgumentException("connectivity " + connectivity + ": expected 4 or 8");
    }
  }

  /**
   * The box of a map's largest segment, in pixels of the map, inclusive.
   *
   * @return empty where no value is above zero, or none above the threshold
   */
  public Optional<Box> box(SaliencyMap map) {
    float maximum = map.max();
    if (!(maximum > 0)) {
      return Optional.empty();
    }
    return new Segments(map.height(), map.width(), above(map.values(), maximum)).largest();
  }

  private boolean[] above(float[] values, float maximum) {
    // In double: a share of a float is hardly ever a float.
    double least = threshold * maximum;
    boolean[] above = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      above[i] = inclusive ? values[i] >= least : values[i] > least;
    }
    return above;
  }

  /** The connected segments of a mask. */
  private final class Segments {
    private final int height;
    private final int width;
    private final boolean[] unseen;
    private final int[] queue;

    Segments(int height, int width, boolean[] mask) {
      this.height = height;
      this.width = width;
      this.unseen = mask;
      this.queue = new int[mask.length];
    }

    Optional<Box> largest() {
      int most = 0;
      Box largest = null;
      for (int i = 0; i < unseen.length; i++) {
        if (unseen[i]) {
          int size = fill(i);
          if (size > most) {
            most = size;
            largest = boxOfQueue(size);
          }
        }
      }
      return Optional.ofNullable(largest);
    }

    /** Collects the segment of a pixel in the queue. */
    private int fill(int first) {
      int size = 0;
      queue[size++] = first;
      unseen[first] = false;
      for (int q = 0; q < size; q++) {
        int y = queue[q] / width;
        int x = queue[q] % width;
        for (int ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
          for (int nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
            int neighbour = ny * width + nx;
            if (unseen[neighbour] && (connectivity == CORNERS || ny == y || nx == x)) {
              unseen[neighbour] = false;
              queue[size++] = neighbour;
            }
          }
        }
      }
      return size;
    }

    private Box boxOfQueue(int size) {
      int xMin = width;
      int yMin = height;
      int xMax = -1;
      int yMax = -1;
      for (int q = 0; q < size; q++) {
        int x = queue[q] % width;
        int y = queue[q] / width;
        xMin = Math.min(xMin, x);
        xMax = Math.max(xMax, x);
        yMin = Math.min(yMin, y);
        yMax = Math.max(yMax, y);
      }
      return new Box(xMin, yMin, xMax, yMax);
    }
  }
}
