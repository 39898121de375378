package org.gradcam4j.evaluation.data;

/**
 * Which class each pixel of a photo shows.
 *
 * @param height rows
 * @param width columns
 * @param classes {@code [height * width]} in row order: places in {@link Dataset#classes()}, {@link
 *     #BACKGROUND} or {@link #VOID}; not copied
 */
public record ClassMask(int height, int width, int[] classes) {
  /** No object. */
  public static final int BACKGROUND = -1;

  /** Not to be counted: the border of an object, or a difficult one. */
  public static final int VOID = -2;

  /** Checks the size. */
  public ClassMask {
    if (classes.length != height * width) {
      throw new IllegalArgumentException(
          classes.length + " pixels for a mask of " + height + "x" + width);
    }
  }
}
