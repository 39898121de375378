package org.gradcam4j.method;

import java.util.List;
import org.gradcam4j.plan.rule.DeconvolutionRule;

/**
 * Deconvolution: the gradient at the input where every ReLU, those of dense layers included, passes
 * only what is positive coming back.
 *
 * <pre>g_in = g_out [g_out > 0]</pre>
 *
 * <p>The map is {@code [C, H, W]} of the input, channels in the network's order.
 *
 * <p>Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014, section
 * 2.1. Pooling gives its gradient to the maxima of the forward pass, the paper's switches.
 */
public record Deconvolution() implements Method {
  @Override
  public String name() {
    return "deconvnet";
  }

  @Override
  public boolean mapsInput() {
    return true;
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    return attribution.atInput(new DeconvolutionRule());
  }
}
