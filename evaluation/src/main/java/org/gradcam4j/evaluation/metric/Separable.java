package org.gradcam4j.evaluation.metric;

/** A plane filtered by a kernel that is the product of one for its rows and one for its columns. */
final class Separable {
  private Separable() {}

  /**
   * The weighted sums round each pixel; beyond the border is zero.
   *
   * @param kernel the weights along either axis, an odd number
   * @param plane {@code [height, width]}
   */
  static double[] filter(double[] kernel, double[] plane, int height, int width) {
    return alongColumns(kernel, alongRows(kernel, plane, height, width), height, width);
  }

  private static double[] alongRows(double[] kernel, double[] plane, int height, int width) {
    int reach = kernel.length / 2;
    double[] filtered = new double[plane.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (int k = Math.max(0, x - reach); k <= Math.min(width - 1, x + reach); k++) {
          sum += kernel[k - x + reach] * plane[y * width + k];
        }
        filtered[y * width + x] = sum;
      }
    }
    return filtered;
  }

  private static double[] alongColumns(double[] kernel, double[] plane, int height, int width) {
    int reach = kernel.length / 2;
    double[] filtered = new double[plane.length];
    for (int y = 0; y < height; y++) {
      for (int k = Math.max(0, y - reach); k <= Math.min(height - 1, y + reach); k++) {
        for (int x = 0; x < width; x++) {
          filtered[y * width + x] += kernel[k - y + reach] * plane[k * width + x];
        }
      }
    }
    return filtered;
  }
}
