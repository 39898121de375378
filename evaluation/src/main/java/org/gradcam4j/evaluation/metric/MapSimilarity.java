package org.gradcam4j.evaluation.metric;

import java.util.List;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.method.SaliencyMap;

/**
 * How much a map still looks like itself after the network's weights were drawn anew. A map that
 * stays the same does not depend on what the network has learned.
 *
 * <ul>
 *   <li>Spearman's rank correlation of both maps, see {@link RankCorrelation}, as they are and of
 *       their magnitudes: a map whose signs alone changed stays the same to the eye.
 *   <li>Structural similarity of both maps, each brought to 0..1 by its minimum and maximum (a
 *       constant map to 0), in windows of 11x11 weighted by a Gaussian of standard deviation 1.5,
 *       the mean over all windows that lie within:
 * </ul>
 *
 * <pre>
 * SSIM = (2 mx my + c1) (2 sxy + c2) / ((mx^2 + my^2 + c1) (sx^2 + sy^2 + c2)),
 *     c1 = 0.01^2, c2 = 0.03^2
 * </pre>
 *
 * <p>Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018; Wang et al., Image Quality
 * Assessment, IEEE Transactions on Image Processing 13, 2004.
 */
public final class MapSimilarity {
  private static final String SOURCE =
      "Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018";

  /** By ranks. */
  public static final Metric SPEARMAN =
      metric(
          "similarity-spearman",
          "Spearman's rank correlation of the map, with its signs and in all its channels, with that"
              + " of the network whose weights were drawn anew; undefined where either is constant.");

  /** By ranks of magnitudes. */
  public static final Metric SPEARMAN_MAGNITUDE =
      metric(
          "similarity-spearman-magnitude",
          "Spearman's rank correlation of the maps' magnitudes, without signs; undefined where"
              + " either is constant.");

  /** By structure. */
  public static final Metric SSIM =
      metric(
          "similarity-ssim",
          "Structural similarity of the map with that of the network whose weights were drawn"
              + " anew.");

  /** All three. */
  public static final List<Metric> METRICS = List.of(SPEARMAN, SPEARMAN_MAGNITUDE, SSIM);

  /** Maps have at least so many rows and columns. */
  public static final int WINDOW = 11;

  private static final double DEVIATION = 1.5;
  private static final double C1 = 0.01 * 0.01;
  private static final double C2 = 0.03 * 0.03;

  private MapSimilarity() {}

  /**
   * The observation of maps as they were made, with their signs and in all their channels.
   *
   * @param variant the method, and how far the weights were drawn anew
   * @param other of the same size
   */
  public static Observation signed(String variant, SaliencyMap map, SaliencyMap other) {
    return SPEARMAN.observe(variant, "", RankCorrelation.spearman(map.values(), other.values()));
  }

  /**
   * The observations of the other two metrics.
   *
   * @param variant the method, and how far the weights were drawn anew
   * @param map one channel
   * @param other of the same size
   */
  public static List<Observation> ofMagnitudes(String variant, SaliencyMap map, SaliencyMap other) {
    return List.of(
        SPEARMAN_MAGNITUDE.observe(
            variant,
            "",
            RankCorrelation.spearman(magnitudes(map.values()), magnitudes(other.values()))),
        SSIM.observe(variant, "", ssim(map, other)));
  }

  private static float[] magnitudes(float[] values) {
    float[] magnitudes = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      magnitudes[i] = Math.abs(values[i]);
    }
    return magnitudes;
  }

  /**
   * The structural similarity, at most 1.
   *
   * @throws IllegalArgumentException if the maps differ in size or are smaller than 11x11
   */
  public static double ssim(SaliencyMap map, SaliencyMap other) {
    Maps.requireOneChannel(map);
    int height = map.height();
    int width = map.width();
    Maps.requireSize(other, height, width, "a map");
    if (height < WINDOW || width < WINDOW) {
      throw new IllegalArgumentException(
          "maps of %dx%d: expected at least %dx%d; bring them to the input's size first"
              .formatted(height, width, WINDOW, WINDOW));
    }
    double[] x = normalized(map);
    double[] y = normalized(other);
    double[] kernel = kernel();
    double[] meanX = Separable.filter(kernel, x, height, width);
    double[] meanY = Separable.filter(kernel, y, height, width);
    double[] xx = Separable.filter(kernel, product(x, x), height, width);
    double[] yy = Separable.filter(kernel, product(y, y), height, width);
    double[] xy = Separable.filter(kernel, product(x, y), height, width);
    double sum = 0;
    int reach = WINDOW / 2;
    for (int row = reach; row < height - reach; row++) {
      for (int column = reach; column < width - reach; column++) {
        int i = row * width + column;
        double means = meanX[i] * meanY[i];
        double squares = meanX[i] * meanX[i] + meanY[i] * meanY[i];
        sum +=
            (2 * means + C1)
                * (2 * (xy[i] - means) + C2)
                / ((squares + C1) * (xx[i] + yy[i] - squares + C2));
      }
    }
    return sum / ((double) (height - WINDOW + 1) * (width - WINDOW + 1));
  }

  private static double[] normalized(SaliencyMap map) {
    double min = Double.POSITIVE_INFINITY;
    for (float value : map.values()) {
      min = Math.min(min, value);
    }
    double range = map.max() - min;
    double[] normalized = new double[map.values().length];
    for (int i = 0; range > 0 && i < normalized.length; i++) {
      normalized[i] = (map.values()[i] - min) / range;
    }
    return normalized;
  }

  private static double[] product(double[] a, double[] b) {
    double[] product = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      product[i] = a[i] * b[i];
    }
    return product;
  }

  private static double[] kernel() {
    double[] kernel = new double[WINDOW];
    double sum = 0;
    for (int i = 0; i < WINDOW; i++) {
      double offset = (i - WINDOW / 2) / DEVIATION;
      kernel[i] = Math.exp(-0.5 * offset * offset);
      sum += kernel[i];
    }
    for (int i = 0; i < WINDOW; i++) {
      kernel[i] /= sum;
    }
    return kernel;
  }

  private static Metric metric(String name, String definition) {
    return new Metric(name, Direction.LOWER, Unit.NUMBER, Aggregation.MEAN, definition, SOURCE);
  }
}
