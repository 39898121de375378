package org.gradcam4j.evaluation.metric;

/**
 * RISE's blur: {@code conv2d} with zeros beyond the border and the kernel that SciPy's {@code
 * gaussian_filter} makes of a single 1 in the middle of 11x11 zeros. It mirrors at the border, so
 * the kernel is flatter than a Gaussian, and sums to 1.
 */
final class Blur {
  private static final int SIZE = 11;
  private static final double DEVIATION = 5;

  /** Where SciPy cuts a Gaussian off, in standard deviations. */
  private static final double CUT = 4;

  private Blur() {}

  /** Each channel blurred. */
  static float[] of(float[] input, int height, int width) {
    double[] kernel = kernel();
    float[] blurred = new float[input.length];
    int pixels = height * width;
    double[] plane = new double[pixels];
    for (int start = 0; start < blurred.length; start += pixels) {
      for (int i = 0; i < pixels; i++) {
        plane[i] = input[start + i];
      }
      double[] filtered = Separable.filter(kernel, plane, height, width);
      for (int i = 0; i < pixels; i++) {
        blurred[start + i] = (float) filtered[i];
      }
    }
    return blurred;
  }

  /** Along one axis. */
  static double[] kernel() {
    int radius = (int) (CUT * DEVIATION + 0.5);
    double[] kernel = new double[SIZE];
    double sum = 0;
    for (int offset = -radius; offset <= radius; offset++) {
      double weight = Math.exp(-0.5 * offset * offset / (DEVIATION * DEVIATION));
      kernel[reflect(SIZE / 2 + offset)] += weight;
      sum += weight;
    }
    for (int i = 0; i < SIZE; i++) {
      kernel[i] /= sum;
    }
    return kernel;
  }

  /** The place that {@code d c b a | a b c d | d c b a} shows. */
  private static int reflect(int place) {
    int folded = Math.floorMod(place, 2 * SIZE);
    return folded < SIZE ? folded : 2 * SIZE - 1 - folded;
  }
}
