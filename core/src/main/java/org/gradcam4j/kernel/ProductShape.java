package org.gradcam4j.kernel;

/**
 * All that oneDNN must know to compile a product {@code [rows, in] [in, out] -> [rows, out]}.
 *
 * @param inStride distance in memory of two rows of the second factor
 * @param outStride distance in memory of two of its columns
 */
record ProductShape(long rows, long in, long out, long inStride, long outStride) {
  /** From so many rows on, the product of the transposed factors is faster, where it can be had. */
  private static final int MANY_ROWS = 8;

  /** Whether to compute the transposed result, {@code [out, in] [in, rows]}. */
  boolean transposed() {
    return rows >= MANY_ROWS && inStride == 1;
  }
}
