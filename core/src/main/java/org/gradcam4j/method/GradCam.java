package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * Grad-CAM: a layer's channels, weighted by how much each raises the class's score.
 *
 * <pre>
 * alpha_k = 1/Z sum_ij dy/dA_k(i, j)        Z = H W
 * L(i, j) = ReLU(sum_k alpha_k A_k(i, j))
 * </pre>
 *
 * <p>A and its gradient are {@code [C, H, W]}, the map is {@code [H, W]} at the layer's resolution.
 *
 * <p>Selvaraju et al., Grad-CAM, ICCV 2017, section 3. The authors' code sums the gradients where
 * the paper takes the mean; only the scale of the map differs.
 *
 * @param layer the layer A, or null for the network's default
 * @param beforeRelu whether to leave out the ReLU: a signed map
 */
public record GradCam(String layer, boolean beforeRelu) implements Method {
  /** At the network's default layer, its last convolutional one. */
  public GradCam() {
    this(null);
  }

  /** At the given layer. */
  public GradCam(String layer) {
    this(layer, false);
  }

  @Override
  public String name() {
    return "grad-cam";
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
    return attribution.atLayer(this, beforeRelu, GradCam::map);
  }

  /**
   * The formula without its ReLU.
   *
   * @param activation {@code [N, H, W, C]}
   * @param gradient {@code [R, H, W, C]}
   * @param rows for each gradient row, its image
   * @return {@code [R, H, W, 1]}
   */
  static Tensor map(Kernels kernels, Tensor activation, Tensor gradient, int[] rows) {
    return kernels.weightedChannelSum(activation, kernels.spatialMean(gradient), rows);
  }
}
