package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * Integrated gradients: each value's share in what the score gains on the straight way from a
 * baseline to the image.
 *
 * <pre>
 * M(c, i, j) = (x - x0) integral_0^1 dy/dx(x0 + t (x - x0)) dt
 * sum M = y(x) - y(x0)        completeness
 * </pre>
 *
 * <p>The map is {@code [C, H, W]} of the input, channels in the network's order. Its {@link
 * SaliencyMap#scoreDifference()} is {@code y(x) - y(x0)}: what its {@link SaliencyMap#sum()} lacks
 * of that is the integral's error. The integral is the trapezoidal rule's with {@code steps} + 1
 * gradients.
 *
 * <p>Sundararajan et al., Axiomatic Attribution for Deep Networks, ICML 2017, sections 3 and 5; the
 * paper takes the rectangle rule with 20 to 300 steps and a black image as the baseline.
 *
 * @param steps parts of the way
 * @param baseline x0 after preprocessing, a value for each channel in the network's order; empty
 *     for 0, the mean pixel. {@link #black} gives the black image's
 */
public record IntegratedGradients(int steps, List<Double> baseline) implements Method {
  /** How many parts of the way suffice for most networks. */
  public static final int DEFAULT_STEPS = 50;

  /** Checks that there is at least one step. */
  public IntegratedGradients {
    if (steps < 1) {
      throw new IllegalArgumentException("expected at least 1 step, got " + steps);
    }
    baseline = List.copyOf(baseline);
  }

  /** From the mean pixel in 50 steps. */
  public IntegratedGradients() {
    this(DEFAULT_STEPS, List.of());
  }

  /** A black image's values after preprocessing. */
  public static List<Double> black(Preprocessing preprocessing) {
    List<Double> values = new ArrayList<>();
    for (int c = 0; c < preprocessing.mean().size(); c++) {
      values.add(-preprocessing.mean().get(c) / preprocessing.standardDeviation().get(c));
    }
    return values;
  }

  @Override
  public String name() {
    return "integrated-gradients";
  }

  @Override
  public boolean mapsInput() {
    return true;
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    Tensor input = attribution.input();
    double[] start = start(input.channels());
    double[] scores = Versions.scores(attribution);
    double[] startScores = new double[scores.length];
    double[][] means = new double[scores.length][];
    for (int n = 0; n < input.rows(); n++) {
      int image = n;
      Versions.maps(
          attribution,
          image,
          steps + 1,
          new Gradient(),
          (kernels, from, count) -> onTheWay(kernels, input, image, start, from, count),
          (step, target, gradient) -> {
            if (step == 0) {
              means[target] = new double[gradient.values().length];
            }
            double weight = (step == 0 || step == steps ? 0.5 : 1) / steps;
            for (int i = 0; i < means[target].length; i++) {
              means[target][i] += weight * gradient.values()[i];
            }
          });
      Versions.scores(
          attribution,
          image,
          1,
          (kernels, from, count) -> onTheWay(kernels, input, image, start, 0, 1),
          (version, target, score) -> startScores[target] = score);
    }
    double[] pixels = attribution.kernels().values(attribution.kernels().channelsFirst(input));
    long[] shape = input.shape();
    List<SaliencyMap> maps = new ArrayList<>();
    for (int r = 0; r < scores.length; r++) {
      float[] values = new float[means[r].length];
      int first = attribution.targets().images()[r] * values.length;
      int cells = values.length / start.length;
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (means[r][i] * (pixels[first + i] - start[i / cells]));
      }
      OptionalDouble difference = OptionalDouble.of(scores[r] - startScores[r]);
      maps.add(new SaliencyMap(start.length, (int) shape[1], (int) shape[2], values, difference));
    }
    return maps;
  }

  private double[] start(int channels) {
    if (baseline.isEmpty()) {
      return new double[channels];
    }
    if (baseline.size() != channels) {
      throw new IllegalArgumentException(
          "a baseline of "
              + baseline.size()
              + " values for an input of "
              + channels
              + " channels: expected one value a channel");
    }
    return baseline.stream().mapToDouble(x -> x).toArray();
  }

  /** {@code x0 + t (x - x0)} for t = from / steps, (from + 1) / steps, ... */
  private Tensor onTheWay(
      Kernels kernels, Tensor input, int image, double[] start, int from, int count) {
    long[] shape = input.shape();
    double[] shares = new double[count * start.length];
    double[] rests = new double[count * start.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (from + i / start.length) / (double) steps;
      rests[i] = (1 - shares[i]) * start[i % start.length];
    }
    Tensor share = kernels.tensor(shares, count, start.length);
    Tensor rest = kernels.tensor(rests, count, start.length);
    return kernels.addInPlace(
        kernels.multiply(
            input, kernels.spread(share, shape[1], shape[2], 1), Versions.row(image, count)),
        kernels.spread(rest, shape[1], shape[2], 1));
  }
}
