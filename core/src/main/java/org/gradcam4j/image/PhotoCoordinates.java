package org.gradcam4j.image;

/**
 * The way from a photo to a network's input and back, when the whole photo is resized without a
 * crop: each axis has its own factor, and pixel i covers [i, i + 1), its centre at i + 0.5.
 *
 * <p>Points and boxes are in pixel indices, 0-based: the point 0 is the centre of the first pixel.
 * A point maps as {@code (x + 0.5) * photo / input - 0.5}. A box has inclusive corners (its width
 * is xMax - xMin + 1), so the whole input maps to the whole photo.
 *
 * @param photoWidth columns of the photo
 * @param photoHeight rows of the photo
 * @param inputWidth columns of the network's input
 * @param inputHeight rows of the network's input
 */
public record PhotoCoordinates(int photoWidth, int photoHeight, int inputWidth, int inputHeight) {

  /**
   * A box with inclusive corners, in fractions of a pixel.
   *
   * @param xMin first column
   * @param yMin first row
   * @param xMax last column
   * @param yMax last row
   */
  public record Box(double xMin, double yMin, double xMax, double yMax) {}

  /**
   * A point in pixel indices.
   *
   * @param x column
   * @param y row
   */
  public record Point(double x, double y) {}

  /** Checks that there are pixels. */
  public PhotoCoordinates {
    if (photoWidth < 1 || photoHeight < 1 || inputWidth < 1 || inputHeight < 1) {
      throw new IllegalArgumentException(
          "sizes must be at least 1x1, got photo "
              + photoWidth
              + "x"
              + photoHeight
              + " and input "
              + inputWidth
              + "x"
              + inputHeight);
    }
  }

  /** Where a point of the input lies on the photo. */
  public Point toPhoto(Point input) {
    return new Point(
        scale(input.x() + 0.5, photoWidth, inputWidth) - 0.5,
        scale(input.y() + 0.5, photoHeight, inputHeight) - 0.5);
  }

  /** Where a point of the photo lies on the input. */
  public Point toInput(Point photo) {
    return new Point(
        scale(photo.x() + 0.5, inputWidth, photoWidth) - 0.5,
        scale(photo.y() + 0.5, inputHeight, photoHeight) - 0.5);
  }

  /** The part of the photo that a box of the input covers. */
  public Box toPhoto(Box input) {
    return new Box(
        scale(input.xMin(), photoWidth, inputWidth),
        scale(input.yMin(), photoHeight, inputHeight),
        scale(input.xMax() + 1, photoWidth, inputWidth) - 1,
        scale(input.yMax() + 1, photoHeight, inputHeight) - 1);
  }

  /** The part of the input that a box of the photo covers. */
  public Box toInput(Box photo) {
    return new Box(
        scale(photo.xMin(), inputWidth, photoWidth),
        scale(photo.yMin(), inputHeight, photoHeight),
        scale(photo.xMax() + 1, inputWidth, photoWidth) - 1,
        scale(photo.yMax() + 1, inputHeight, photoHeight) - 1);
  }

  // Multiplied first: a border maps to a border exactly.
  private static double scale(double edge, int to, int from) {
    return edge * to / from;
  }
}
