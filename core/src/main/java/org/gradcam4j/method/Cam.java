package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.node.DenseNode;
import org.gradcam4j.plan.node.FlattenNode;
import org.gradcam4j.plan.node.GlobalAveragePoolNode;
import org.gradcam4j.plan.node.IdentityNode;

/**
 * CAM: for networks whose output, the first of several, ends in global average pooling and one
 * dense layer, the class's weights on the pooled maps.
 *
 * <pre>M(i, j) = sum_k w_k f_k(i, j)</pre>
 *
 * <p>f is what is pooled, {@code [C, H, W]}; the map is {@code [H, W]}, signed; its mean is the
 * class's score less its bias. Where the pooled maps are the classes' own (SqueezeNet, Network in
 * Network), w is the identity.
 *
 * <p>Zhou et al., Learning Deep Features for Discriminative Localization, CVPR 2016.
 */
public record Cam() implements Method {
  @Override
  public String name() {
    return "cam";
  }

  @Override
  public Set<String> reads(Attribution.Site site) {
    return Set.of(pooled(site).name());
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    Kernels kernels = attribution.kernels();
    Targets targets = attribution.targets();
    NetworkPlan plan = attribution.site().plan();
    targets.requireFirstOutput(this, plan);
    Tensor maps = attribution.pass().activation(pooled(attribution.site()).name()).tensor();
    int width = attribution.pass().activation(plan.logits().name()).tensor().channels();
    Tensor weights = kernels.oneHot(targets.classes(this), width);
    if (plan.logits().node() instanceof DenseNode dense) {
      weights = kernels.product(weights, dense.weights(), true);
    }
    return attribution.maps(kernels.weightedChannelSum(maps, weights, targets.images()));
  }

  /** The layer that is pooled and then, at most, weighted. */
  private static Step pooled(Attribution.Site site) {
    NetworkPlan plan = site.plan();
    Step step = plan.logits();
    if (step.node() instanceof DenseNode) {
      step = plan.source(step);
    }
    while (step.node() instanceof IdentityNode || step.node() instanceof FlattenNode) {
      step = plan.source(step);
    }
    if (!(step.node() instanceof GlobalAveragePoolNode)) {
      throw new IllegalArgumentException(
          "cam needs a network that ends in global average pooling and at most one dense layer;"
              + " before '"
              + plan.logits().name()
              + "' this one has '"
              + step.name()
              + "': use grad-cam");
    }
    return plan.source(step);
  }
}
