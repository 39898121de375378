package org.gradcam4j.plan;

import java.util.Arrays;
import org.gradcam4j.kernel.Places;

/**
 * For each version of an image the rectangle of a layer's cells in which it may differ, all of one
 * size.
 *
 * @param places where they lie
 * @param height rows
 * @param width columns
 */
public record Region(Places places, int height, int width) {
  /** With the first row and column of each. */
  public Region(int[] tops, int[] lefts, int height, int width) {
    this(new Places(tops, lefts), height, width);
  }

  /** How many versions. */
  public int count() {
    return tops().length;
  }

  /** First rows. */
  public int[] tops() {
    return places.tops();
  }

  /** First columns. */
  public int[] lefts() {
    return places.lefts();
  }

  /** Those of some versions. */
  Region versions(int[] versions) {
    return new Region(
        Arrays.stream(versions).map(v -> tops()[v]).toArray(),
        Arrays.stream(versions).map(v -> lefts()[v]).toArray(),
        height,
        width);
  }

  /** Whether all rectangles are the same. */
  public boolean sameAs(Region other) {
    return height == other.height
        && width == other.width
        && Arrays.equals(tops(), other.tops())
        && Arrays.equals(lefts(), other.lefts());
  }
}
