package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.GradientRule;

/**
 * LayerCAM: activations weighted by their own gradients where these are positive, which is fine
 * enough for shallow layers too.
 *
 * <pre>M(i, j) = ReLU(sum_k ReLU(dy/dA_k(i, j)) A_k(i, j))</pre>
 *
 * <p>A and its gradient are {@code [C, H, W]}, the map is {@code [H, W]} at the layer's resolution.
 * After a ReLU, where A is not negative, the outer ReLU has nothing to do. {@link LayerFusion}
 * joins the maps of several layers as the paper does.
 *
 * <p>Jiang et al., LayerCAM: Exploring Hierarchical Class Activation Maps for Localization, IEEE
 * TIP 2021, section III-C.
 *
 * @param layer the layer A, or null for the network's default
 */
public record LayerCam(String layer) implements Method {
  /** At the network's default layer. */
  public LayerCam() {
    this(null);
  }

  @Override
  public String name() {
    return "layer-cam";
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
    return attribution.atLayer(attribution.site().layer(this), new GradientRule(), LayerCam::map);
  }

  /**
   * The formula.
   *
   * @param activation {@code [N, H, W, C]}
   * @param gradient {@code [R, H, W, C]}
   * @param rows for each gradient row, its image
   * @return {@code [R, H, W, 1]}
   */
  static Tensor map(Kernels kernels, Tensor activation, Tensor gradient, int[] rows) {
    return kernels.relu(
        kernels.channelSum(kernels.multiply(activation, kernels.relu(gradient), rows)));
  }
}
