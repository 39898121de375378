package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * HiResCAM: activation times gradient, cell by cell, so that the map shows only places that the
 * score was computed from.
 *
 * <pre>L(i, j) = ReLU(sum_k A_k(i, j) dy/dA_k(i, j))</pre>
 *
 * <p>A and its gradient are {@code [C, H, W]}, the map is {@code [H, W]} at the layer's resolution.
 * Before the ReLU its sum is the score less its bias where one dense layer follows.
 *
 * <p>Draelos and Carin, Use HiResCAM instead of Grad-CAM for faithful explanations, 2020, section
 * 3. The paper defines the map without the ReLU and uses that for display; here it is part of the
 * map, as in the other CAMs, unless it is left out.
 *
 * @param layer the layer A, or null for the network's default
 * @param beforeRelu whether to leave out the ReLU: the paper's signed map
 */
public record HiResCam(String layer, boolean beforeRelu) implements Method {
  /** At the network's default layer. */
  public HiResCam() {
    this(null);
  }

  /** At the given layer. */
  public HiResCam(String layer) {
    this(layer, false);
  }

  @Override
  public String name() {
    return "hires-cam";
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
    return attribution.atLayer(this, beforeRelu, HiResCam::map);
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
    return kernels.channelSum(kernels.multiply(activation, gradient, rows));
  }
}
