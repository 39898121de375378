package org.gradcam4j.method;

import java.util.List;
import java.util.Set;

/**
 * Counterfactual Grad-CAM: the places that speak against the class, by negated gradients.
 *
 * <pre>L(i, j) = ReLU(sum_k -alpha_k A_k(i, j)) = ReLU(-L_Grad-CAM before its ReLU)</pre>
 *
 * <p>Its support is disjoint from that of the Grad-CAM map.
 *
 * <p>Selvaraju et al., Grad-CAM, ICCV 2017, section 3.3.
 *
 * @param layer the layer A, or null for the network's default
 * @param beforeRelu whether to leave out the ReLU: a signed map
 */
public record Counterfactual(String layer, boolean beforeRelu) implements Method {
  /** At the network's default layer. */
  public Counterfactual() {
    this(null);
  }

  /** At the given layer. */
  public Counterfactual(String layer) {
    this(layer, false);
  }

  @Override
  public String name() {
    return "counterfactual";
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
    return attribution.atLayer(
        this,
        beforeRelu,
        (kernels, activation, gradient, rows) ->
            GradCam.map(kernels, activation, kernels.scale(gradient, -1), rows));
  }
}
