package org.gradcam4j.evaluation.metric;

import java.util.Arrays;
import org.gradcam4j.image.PhotoCoordinates.Box;

/**
 * The connected segments of the pixels that were added so far, each with its size and box: a union
 * of sets by pixels. A segment goes by its first pixel in row order.
 */
final class Segments {
  private static final int ABSENT = -1;

  private final int height;
  private final int width;
  private final boolean diagonal;

  /** The way to a segment's first pixel, which is its own parent. */
  private final int[] parent;

  // Of a segment's first pixel.
  private final int[] size;
  private final int[] left;
  private final int[] right;
  private final int[] bottom;

  /** None yet. With 8 neighbours a pixel touches those at its corners, with 4 it does not. */
  Segments(int height, int width, int connectivity) {
    this.height = height;
    this.width = width;
    this.diagonal = connectivity == 8;
    int pixels = height * width;
    parent = new int[pixels];
    Arrays.fill(parent, ABSENT);
    size = new int[pixels];
    left = new int[pixels];
    right = new int[pixels];
    bottom = new int[pixels];
  }

  /** Adds a pixel that is not there yet, and joins what it touches. */
  void add(int pixel) {
    int x = pixel % width;
    int y = pixel / width;
    parent[pixel] = pixel;
    size[pixel] = 1;
    left[pixel] = x;
    right[pixel] = x;
    bottom[pixel] = y;
    for (int row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (int column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        if ((diagonal || row == y || column == x) && parent[row * width + column] != ABSENT) {
          join(first(pixel), first(row * width + column));
        }
      }
    }
  }

  /** Whether this pixel is the first of a segment. */
  boolean isFirst(int pixel) {
    return parent[pixel] == pixel;
  }

  /** Pixels of the segment with this first pixel. */
  int size(int first) {
    return size[first];
  }

  /** The box round the segment with this first pixel, inclusive. */
  Box box(int first) {
    return new Box(left[first], (double) (first / width), right[first], bottom[first]);
  }

  private void join(int a, int b) {
    if (a != b) {
      int first = Math.min(a, b);
      int other = Math.max(a, b);
      parent[other] = first;
      size[first] += size[other];
      left[first] = Math.min(left[first], left[other]);
      right[first] = Math.max(right[first], right[other]);
      bottom[first] = Math.max(bottom[first], bottom[other]);
    }
  }

  private int first(int pixel) {
    int at = pixel;
    while (parent[at] != at) {
      // Halves the way for whoever comes next.
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }
}
