package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * Grad-CAM++: Grad-CAM whose mean over cells is weighted so that each of several objects of the
 * class counts.
 *
 * <pre>
 * alpha_k(i, j) = g_k(i, j)^2 / (2 g_k(i, j)^2 + sum_ab A_k(a, b) g_k(i, j)^3)     g_k = dy/dA_k
 * w_k = sum_ij alpha_k(i, j) ReLU(g_k(i, j))
 * L(i, j) = ReLU(sum_k w_k A_k(i, j))
 * </pre>
 *
 * <p>A and its gradient are {@code [C, H, W]}, the map is {@code [H, W]} at the layer's resolution.
 *
 * <p>Chattopadhay et al., Grad-CAM++, WACV 2018, equation 19, for the paper's score {@code exp(y)},
 * whose second and third derivatives are {@code exp(y) g^2} and {@code exp(y) g^3} where the rest
 * of the network is piecewise linear: {@code exp(y)} cancels in alpha, and as a factor of the whole
 * map it is left out. As in the authors' code a denominator of 0 becomes 1. That code also divides
 * each channel's alpha by its sum over the cells of positive gradient, of which the paper says
 * nothing; this is the paper's formula.
 *
 * @param layer the layer A, or null for the network's default
 * @param beforeRelu whether to leave out the outer ReLU: a signed map
 */
public record GradCamPlusPlus(String layer, boolean beforeRelu) implements Method {
  /** At the network's default layer. */
  public GradCamPlusPlus() {
    this(null);
  }

  /** At the given layer. */
  public GradCamPlusPlus(String layer) {
    this(layer, false);
  }

  @Override
  public String name() {
    return "grad-cam++";
  }

  @Override
  public Set<String> reads(Attribution.Site site) {
    return Set.of(site.layer(this));
  }

  @Override
  public Set<String> readsGradients(Attribution.Site site) {
    return reads(site);
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    return attribution.atLayer(this, beforeRelu, GradCamPlusPlus::map);
  }

  /**
   * The formula without its outer ReLU.
   *
   * @param activation {@code [N, H, W, C]}
   * @param gradient {@code [R, H, W, C]}
   * @param rows for each gradient row, its image
   * @return {@code [R, H, W, 1]}
   */
  static Tensor map(Kernels kernels, Tensor activation, Tensor gradient, int[] rows) {
    long[] shape = gradient.shape();
    long cells = shape[1] * shape[2];
    int[] each = IntStream.range(0, rows.length).toArray();
    Tensor square = kernels.multiply(gradient, gradient, each);
    Tensor cube = kernels.multiply(gradient, square, each);
    Tensor sums = kernels.spread(kernels.spatialMean(activation), shape[1], shape[2], cells);
    Tensor denominator = kernels.add(kernels.scale(square, 2), kernels.multiply(sums, cube, rows));
    Tensor alpha = kernels.divide(square, kernels.oneWhereZero(denominator), each);
    Tensor weighted = kernels.multiply(alpha, kernels.relu(gradient), each);
    Tensor weights = kernels.scale(kernels.spatialMean(weighted), cells);
    return kernels.weightedChannelSum(activation, weights, rows);
  }
}
