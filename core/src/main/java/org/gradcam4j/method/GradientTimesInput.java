package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import org.gradcam4j.plan.rule.GradientRule;

/**
 * Gradient times input: each value's share in a linear view of the score.
 *
 * <pre>M(c, i, j) = x(c, i, j) dy/dx(c, i, j)</pre>
 *
 * <p>The map is {@code [C, H, W]} of the input, channels in the network's order; x is preprocessed,
 * so that 0 is the mean pixel. Where the network has no biases and is piecewise linear, the map's
 * sum is the score.
 *
 * <p>Shrikumar et al., Not Just a Black Box, 2016, section 3.
 */
public record GradientTimesInput() implements Method {
  @Override
  public String name() {
    return "gradient-x-input";
  }

  @Override
  public boolean mapsInput() {
    return true;
  }

  @Override
  public Set<String> readsGradients(Attribution.Site site) {
    return Set.of(site.plan().input().name());
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    return attribution.atLayer(
        attribution.site().plan().input().name(),
        new GradientRule(),
        (kernels, input, gradient, rows) -> kernels.multiply(input, gradient, rows));
  }
}
