package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * XGrad-CAM: Grad-CAM whose mean over cells is weighted by the activation.
 *
 * <pre>
 * w_k = sum_ij A_k(i, j) dy/dA_k(i, j) / sum_ij A_k(i, j)
 * L(i, j) = ReLU(sum_k w_k A_k(i, j))
 * </pre>
 *
 * <p>A and its gradient are {@code [C, H, W]}, the map is {@code [H, W]} at the layer's resolution.
 * Before the ReLU its sum is {@code sum_kij A_k dy/dA_k}: the score, where the rest of the network
 * has no biases and is piecewise linear.
 *
 * <p>Fu et al., Axiom-based Grad-CAM, BMVC 2020, section 3. The authors' code adds 1e-6 to the
 * denominator; here a channel whose activations sum to 0 gets the weight 0.
 *
 * @param layer the layer A, or null for the network's default
 * @param beforeRelu whether to leave out the ReLU: a signed map
 */
public record XGradCam(String layer, boolean beforeRelu) implements Method {
  /** At the network's default layer. */
  public XGradCam() {
    this(null);
  }

  /** At the given layer. */
  public XGradCam(String layer) {
    this(layer, false);
  }

  @Override
  public String name() {
    return "xgrad-cam";
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
    return attribution.atLayer(this, beforeRelu, XGradCam::map);
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
    Tensor weights =
        kernels.divide(
            kernels.spatialMean(kernels.multiply(activation, gradient, rows)),
            kernels.spatialMean(activation),
            rows);
    return kernels.weightedChannelSum(activation, weights, rows);
  }
}
