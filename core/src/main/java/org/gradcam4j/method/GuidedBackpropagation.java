package org.gradcam4j.method;

import java.util.List;
import org.gradcam4j.plan.rule.GuidedRule;

/**
 * Guided backpropagation: the gradient at the input where every ReLU, those of dense layers
 * included, passes only what is positive in both directions.
 *
 * <pre>g_in = g_out [x > 0] [g_out > 0]</pre>
 *
 * <p>The map is {@code [C, H, W]} of the input, channels in the network's order.
 *
 * <p>Springenberg et al., Striving for Simplicity, 2015, section 3.4.
 */
public record GuidedBackpropagation() implements Method {
  @Override
  public String name() {
    return "guided-backprop";
  }

  @Override
  public boolean mapsInput() {
    return true;
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    return attribution.atInput(new GuidedRule());
  }
}
