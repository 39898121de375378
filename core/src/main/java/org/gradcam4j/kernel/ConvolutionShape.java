package org.gradcam4j.kernel;

/**
 * All that oneDNN must know to compile a convolution {@code [N, H, W, in] -> [N, H', W', out]}.
 *
 * @param summed whether a tensor of the output's shape is added
 * @param rectified whether {@code max(x, 0)} ends it
 */
record ConvolutionShape(
    long images,
    long height,
    long width,
    long in,
    long outputHeight,
    long outputWidth,
    long out,
    long kernelHeight,
    long kernelWidth,
    long strideHeight,
    long strideWidth,
    long dilationHeight,
    long dilationWidth,
    long paddingTop,
    long paddingLeft,
    boolean summed,
    boolean rectified) {

  long[] source() {
    return new long[] {images, in, height, width};
  }

  long[] destination() {
    return new long[] {images, out, outputHeight, outputWidth};
  }

  long[] weights() {
    return new long[] {out, in, kernelHeight, kernelWidth};
  }

  long[] strides() {
    return new long[] {strideHeight, strideWidth};
  }

  /** As oneDNN counts: the cells between two of the kernel's. */
  long[] dilations() {
    return new long[] {dilationHeight - 1, dilationWidth - 1};
  }

  long[] paddingBefore() {
    return new long[] {paddingTop, paddingLeft};
  }

  long[] paddingAfter() {
    return new long[] {
      paddingAfter(height, outputHeight, kernelHeight, strideHeight, dilationHeight, paddingTop),
      paddingAfter(width, outputWidth, kernelWidth, strideWidth, dilationWidth, paddingLeft)
    };
  }

  private static long paddingAfter(
      long size, long output, long kernel, long stride, long dilation, long before) {
    return Math.max(0, (output - 1) * stride + (kernel - 1) * dilation + 1 - size - before);
  }

  /** Whether Winograd's algorithm can be asked for. */
  boolean mayBeWinograd() {
    return in >= 16
        && kernelHeight == 3
        && kernelWidth == 3
        && strideHeight == 1
        && strideWidth == 1
        && dilationHeight == 1
        && dilationWidth == 1;
  }
}
