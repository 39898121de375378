package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import org.gradcam4j.plan.rule.GradientRule;

/**
 * The gradient of the class's score with respect to the input, its sign kept: saliency before the
 * maximum over channels and the absolute value.
 *
 * <pre>M(c, i, j) = dy/dx(c, i, j)</pre>
 *
 * <p>The map is {@code [C, H, W]} of the input, channels in the network's order.
 *
 * <p>Simonyan et al., Deep Inside Convolutional Networks, 2014, section 3.
 */
public record Gradient() implements Method {
  @Override
  public String name() {
    return "gradient";
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
    return attribution.atInput(new GradientRule());
  }
}
