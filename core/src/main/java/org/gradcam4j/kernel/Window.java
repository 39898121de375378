package org.gradcam4j.kernel;

/**
 * The sliding window of a convolution or a pooling, in pixels of its input.
 *
 * <p>Output size of an axis: {@code floor((in + 2 padding - effective kernel) / stride) + 1} with
 * an effective kernel of {@code (kernel - 1) dilation + 1}; in {@code same} mode {@code ceil(in /
 * stride)}, with the padding that this needs, the odd pixel at the bottom and on the right.
 *
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param strideHeight rows from one window to the next
 * @param strideWidth columns from one window to the next
 * @param paddingHeight zero rows above and below; ignored in {@code same} mode
 * @param paddingWidth zero columns left and right; ignored in {@code same} mode
 * @param dilationHeight rows from one cell of the window to the next
 * @param dilationWidth columns from one cell of the window to the next
 * @param same whether the output covers {@code ceil(in / stride)} cells
 */
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int paddingHeight,
    int paddingWidth,
    int dilationHeight,
    int dilationWidth,
    boolean same) {

  /** A window of undilated square cells with the same padding on every side. */
  public static Window square(int kernel, int stride, int padding) {
    return new Window(kernel, kernel, stride, stride, padding, padding, 1, 1, false);
  }

  /** Each cell by itself. */
  public static Window cell() {
    return square(1, 1, 0);
  }

  /** One window over all cells. */
  public static Window whole(long height, long width) {
    return block(Math.toIntExact(height), Math.toIntExact(width));
  }

  /** Blocks side by side. */
  public static Window block(int height, int width) {
    return new Window(height, width, height, width, 0, 0, 1, 1, false);
  }

  /** Rows of the output for so many rows of the input. */
  public long outputHeight(long height) {
    return output(height, effectiveHeight(), strideHeight, paddingHeight);
  }

  /** Columns of the output for so many columns of the input. */
  public long outputWidth(long width) {
    return output(width, effectiveWidth(), strideWidth, paddingWidth);
  }

  /** Rows of the input whose output has so many rows, the fewest if there are several. */
  public long inputHeight(long output) {
    return same
        ? output * strideHeight
        : (output - 1) * strideHeight + effectiveHeight() - 2L * paddingHeight;
  }

  /** Columns of the input whose output has so many columns, the fewest if there are several. */
  public long inputWidth(long output) {
    return same
        ? output * strideWidth
        : (output - 1) * strideWidth + effectiveWidth() - 2L * paddingWidth;
  }

  /** Zero rows above an input of so many rows. */
  public long paddingTop(long height) {
    return same
        ? samePadding(height, outputHeight(height), effectiveHeight(), strideHeight)
        : paddingHeight;
  }

  /** Zero columns left of an input of so many columns. */
  public long paddingLeft(long width) {
    return same
        ? samePadding(width, outputWidth(width), effectiveWidth(), strideWidth)
        : paddingWidth;
  }

  /** The same window on an image whose edges have no padding. */
  public Window unpadded() {
    return new Window(
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        0,
        0,
        dilationHeight,
        dilationWidth,
        false);
  }

  /** The same window with its holes counted as cells. */
  Window undilated() {
    return new Window(
        effectiveHeight(),
        effectiveWidth(),
        strideHeight,
        strideWidth,
        paddingHeight,
        paddingWidth,
        1,
        1,
        same);
  }

  /** Rows that the window reaches over, its holes included. */
  public int effectiveHeight() {
    return (kernelHeight - 1) * dilationHeight + 1;
  }

  /** Columns that the window reaches over, its holes included. */
  public int effectiveWidth() {
    return (kernelWidth - 1) * dilationWidth + 1;
  }

  private long output(long size, int effectiveKernel, int stride, int padding) {
    long output =
        same
            ? (size + stride - 1) / stride
            : Math.floorDiv(size + 2L * padding - effectiveKernel, stride) + 1;
    if (output < 1) {
      throw new IllegalArgumentException(
          "a window of "
              + effectiveKernel
              + " pixels does not fit "
              + size
              + " pixels with padding "
              + padding
              + ": give the network a larger image");
    }
    return output;
  }

  private static long samePadding(long size, long output, int effectiveKernel, int stride) {
    return Math.max(0, (output - 1) * stride + effectiveKernel - size) / 2;
  }
}
