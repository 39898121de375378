package org.gradcam4j.benchmarks.roofline;

/**
 * What the machine was measured to do.
 *
 * @param operationsPerSecond floating point operations of a large matrix product
 * @param bytesPerSecond bytes read and written by a large copy
 */
public record Peak(double operationsPerSecond, double bytesPerSecond) {
  /** From the times of {@link RooflineBenchmark}, in milliseconds. */
  public static Peak of(double product, double copy) {
    return new Peak(
        1e3 * RooflineBenchmark.PRODUCT_OPERATIONS / product,
        1e3 * RooflineBenchmark.COPY_BYTES / copy);
  }
}
