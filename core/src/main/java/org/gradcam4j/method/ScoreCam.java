package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * Score-CAM: a layer's channels, weighted by the score that the image has where the channel is
 * active; no gradients.
 *
 * <pre>
 * H_k = upsample(A_k), scaled so that its least value is 0 and its greatest 1
 * S_k = y(x H_k) - y(0)
 * w_k = exp(S_k) / sum_l exp(S_l)
 * L(i, j) = ReLU(sum_k w_k A_k(i, j))
 * </pre>
 *
 * <p>A is {@code [C, H, W]}, the map is {@code [H, W]} at the layer's resolution; upsampling is
 * {@link Upsampling#HALF_PIXEL_BILINEAR} to the size of the image x, which is preprocessed, so that
 * 0 is the mean pixel. It takes a forward pass a channel.
 *
 * <p>Wang et al., Score-CAM, CVPR 2020 workshops, algorithm 1. The baseline y(0) cancels in the
 * softmax, except beside channels of the same value everywhere, for which H is undefined: their S
 * is 0. The authors' code takes the class's probability as the weight itself and no softmax over
 * channels.
 *
 * @param layer the layer A, or null for the network's default
 */
public record ScoreCam(String layer) implements Method {
  /** At the network's default layer. */
  public ScoreCam() {
    this(null);
  }

  @Override
  public String name() {
    return "score-cam";
  }

  @Override
  public Set<String> reads(Attribution.Site site) {
    return Set.of(site.layer(this));
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    Kernels kernels = attribution.kernels();
    Tensor activation = attribution.cells(attribution.site().layer(this));
    int channels = activation.channels();
    int[] images = attribution.targets().images();
    double[] weights = new double[images.length * channels];
    for (int image = 0; image < activation.rows(); image++) {
      double[][] raises = raises(attribution, activation, image);
      for (int r = 0; r < images.length; r++) {
        if (images[r] == image) {
          System.arraycopy(softmax(raises[r]), 0, weights, r * channels, channels);
        }
      }
    }
    Tensor sum =
        kernels.weightedChannelSum(
            activation, kernels.tensor(weights, images.length, channels), images);
    return attribution.maps(kernels.relu(sum));
  }

  /** S of an image: for each of its targets, for each channel. */
  private static double[][] raises(Attribution attribution, Tensor activation, int image) {
    Kernels kernels = attribution.kernels();
    Tensor input = attribution.input();
    int h = (int) activation.shape()[1];
    int w = (int) activation.shape()[2];
    int height = (int) input.shape()[1];
    int width = (int) input.shape()[2];
    float[] planes =
        kernels.floats(
            kernels.channelsFirst(kernels.gatherRows(activation, Versions.row(image, 1))));
    // Channels of the same value everywhere, many of them zero, need no pass.
    int[] varied =
        IntStream.range(0, activation.channels())
            .filter(k -> varies(planes, k * h * w, h * w))
            .toArray();
    double[][] raises = new double[attribution.targets().count()][activation.channels()];
    Versions.scores(
        attribution,
        image,
        varied.length + 1,
        (own, from, count) -> {
          List<float[]> masks = new ArrayList<>();
          for (int version = from; version < from + count; version++) {
            if (version == varied.length) {
              masks.add(new float[height * width]);
            } else {
              int first = varied[version] * h * w;
              float[] plane = Arrays.copyOfRange(planes, first, first + h * w);
              masks.add(mask(plane, h, w, height, width));
            }
          }
          return Versions.masked(own, input, image, masks);
        },
        (version, target, score) -> {
          if (version < varied.length) {
            raises[target][varied[version]] = score;
          } else {
            // The baseline comes last.
            for (int k : varied) {
              raises[target][k] -= score;
            }
          }
        });
    return raises;
  }

  private static boolean varies(float[] values, int from, int count) {
    for (int i = from + 1; i < from + count; i++) {
      if (values[i] != values[from]) {
        return true;
      }
    }
    return false;
  }

  /** H of a channel's values {@code [h, w]}, which are not all the same. */
  static float[] mask(float[] plane, int h, int w, int height, int width) {
    float[] mask = Upsampling.HALF_PIXEL_BILINEAR.apply(plane, h, w, height, width);
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (float value : mask) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    // Another size may miss the one cell that differs.
    float range = max > min ? max - min : 1;
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (mask[i] - min) / range;
    }
    return mask;
  }

  static double[] softmax(double[] x) {
    // The greatest is taken off lest exp overflow; it cancels.
    double max = Arrays.stream(x).max().orElseThrow();
    double[] powers = Arrays.stream(x).map(v -> Math.exp(v - max)).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(v -> v / sum).toArray();
  }
}
