package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * SmoothGrad: the mean of a method's maps over noisy versions of the image.
 *
 * <pre>M(x) = 1/n sum_1^n M_inner(x + N(0, (sigma (max x - min x))^2))</pre>
 *
 * <p>The map has the inner method's shape; x is preprocessed. The noise of an image is the sequence
 * {@code new Random(seed).nextGaussian()}, version by version in the order {@code [C, H, W]}: the
 * same on any machine, for any batch, and for each of an image's targets.
 *
 * <p>Smilkov et al., SmoothGrad: Removing Noise by Adding Noise, 2017, section 2, which smooths the
 * gradient; its pictures show the absolute value of the mean. Any method can be smoothed here.
 *
 * @param inner the method
 * @param samples n, the noisy versions
 * @param sigma the noise's deviation as a share of the range of the image's values; 0.1 to 0.2 in
 *     the paper
 * @param seed of the noise
 */
public record SmoothGrad(Method inner, int samples, double sigma, long seed) implements Method {
  /** The paper's 50 versions. */
  public static final int DEFAULT_SAMPLES = 50;

  /** In the middle of the paper's range. */
  public static final double DEFAULT_SIGMA = 0.15;

  /** Checks the numbers. */
  public SmoothGrad {
    if (samples < 1 || !(sigma >= 0) || Double.isInfinite(sigma)) {
      throw new IllegalArgumentException(
          "expected at least 1 sample and a sigma from 0 on, got " + samples + " and " + sigma);
    }
  }

  /** With the paper's noise. */
  public SmoothGrad(Method inner) {
    this(inner, DEFAULT_SAMPLES, DEFAULT_SIGMA, 0);
  }

  /** The gradient, smoothed. */
  public SmoothGrad() {
    this(new Gradient());
  }

  @Override
  public String name() {
    return inner instanceof Gradient ? "smooth-grad" : "smooth-" + inner.name();
  }

  @Override
  public String layer() {
    return inner.layer();
  }

  @Override
  public boolean mapsInput() {
    return inner.mapsInput();
  }

  @Override
  public Set<String> reads(Attribution.Site site) {
    return inner.reads(site);
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    Tensor input = attribution.input();
    double[] values = attribution.kernels().values(attribution.kernels().channelsFirst(input));
    int size = values.length / input.rows();
    SaliencyMap[] shapes = new SaliencyMap[attribution.targets().count()];
    double[][] sums = new double[shapes.length][];
    for (int n = 0; n < input.rows(); n++) {
      int image = n;
      double deviation = sigma * range(values, image * size, size);
      Random random = new Random(seed);
      Versions.maps(
          attribution,
          image,
          samples,
          inner,
          (kernels, from, count) ->
              noisy(kernels, values, image * size, input.shape(), count, deviation, random),
          (version, target, map) -> {
            if (version == 0) {
              shapes[target] = map;
              sums[target] = new double[map.values().length];
            }
            for (int i = 0; i < sums[target].length; i++) {
              sums[target][i] += map.values()[i];
            }
          });
    }
    List<SaliencyMap> maps = new ArrayList<>();
    for (int r = 0; r < shapes.length; r++) {
      float[] mean = new float[sums[r].length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (sums[r][i] / samples);
      }
      SaliencyMap shape = shapes[r];
      maps.add(new SaliencyMap(shape.channels(), shape.height(), shape.width(), mean));
    }
    return maps;
  }

  private static double range(double[] values, int from, int size) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + size; i++) {
      min = Math.min(min, values[i]);
      max = Math.max(max, values[i]);
    }
    return max - min;
  }

  /** The next versions, {@code [count, H, W, C]}. */
  private static Tensor noisy(
      Kernels kernels,
      double[] values,
      int from,
      long[] shape,
      int count,
      double deviation,
      Random random) {
    int size = Math.toIntExact(shape[1] * shape[2] * shape[3]);
    float[] versions = new float[count * size];
    for (int i = 0; i < versions.length; i++) {
      versions[i] = (float) (values[from + i % size] + deviation * random.nextGaussian());
    }
    return kernels.channelsLast(kernels.tensor(versions, count, shape[3], shape[1], shape[2]));
  }
}
