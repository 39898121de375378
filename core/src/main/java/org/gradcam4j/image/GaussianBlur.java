package org.gradcam4j.image;

/**
 * A Gaussian filter, cut off at three standard deviations; at the edges the outermost pixels go on.
 *
 * <pre>
 * b(i) = sum_d w(d) a(i + d) / sum_d w(d)
 * w(d) = exp(-d^2 / (2 sigma^2)) up to 3 sigma
 * </pre>
 *
 * <p>along rows, then along columns.
 */
public final class GaussianBlur {
  private GaussianBlur() {}

  /**
   * Blurred planes; a new array.
   *
   * @param planes {@code [channels, height, width]}
   * @param sigma the standard deviation in pixels, above 0
   */
  public static float[] of(float[] planes, int channels, int height, int width, double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    double[] weights = new double[2 * radius + 1];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      double d = i - radius;
      weights[i] = Math.exp(-d * d / (2 * sigma * sigma));
      total += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= total;
    }
    float[] along = new float[planes.length];
    for (int row = 0; row < channels * height; row++) {
      line(weights, planes, along, row * width, 1, width);
    }
    float[] both = new float[planes.length];
    for (int c = 0; c < channels; c++) {
      for (int column = 0; column < width; column++) {
        line(weights, along, both, c * height * width + column, width, height);
      }
    }
    return both;
  }

  private static void line(
      double[] weights, float[] from, float[] to, int start, int step, int count) {
    int radius = weights.length / 2;
    double[] continued = new double[count + 2 * radius];
    for (int i = 0; i < continued.length; i++) {
      continued[i] = from[start + Math.max(0, Math.min(count - 1, i - radius)) * step];
    }
    for (int i = 0; i < count; i++) {
      double sum = 0;
      for (int d = 0; d < weights.length; d++) {
        sum += weights[d] * continued[i + d];
      }
      to[start + i * step] = (float) sum;
    }
  }
}
