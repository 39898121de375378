package org.gradcam4j.method;

import java.util.List;
import java.util.Set;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.node.ConvolutionNode;
import org.gradcam4j.plan.node.GlobalMaxPoolNode;
import org.gradcam4j.plan.node.LinearNode;
import org.gradcam4j.plan.node.MaxPoolNode;
import org.gradcam4j.plan.node.WeightedNode;
import org.gradcam4j.plan.rule.ExcitationRule;

/**
 * Contrastive excitation backpropagation, c-MWP: the probability that a cell takes part in the
 * class winning, less the probability that it takes part in the class's dual winning.
 *
 * <pre>M(i, j) = ReLU(sum_k P(A_k(i, j) | y) - P(A_k(i, j) | dual of y))</pre>
 *
 * <p>P is passed on as {@link ExcitationRule} says, from a winner of probability 1; the dual has
 * the winner's weights turned in the last layer that has weights. The map is {@code [H, W]} at the
 * layer's resolution.
 *
 * <p>Zhang et al., Top-Down Neural Attention by Excitation Backprop, IJCV 2018, sections 3.2 and
 * 3.3. It starts at the class's logit whatever the score is, of several outputs at the first's;
 * batch normalisation, which the paper's networks lack, passes probabilities on unchanged.
 *
 * @param layer the layer of the map, or null for the network's default; its values should not be
 *     negative
 * @param beforeRelu whether to leave out the ReLU: a signed map
 * @param contrastive whether the dual is subtracted; if not it is excitation backpropagation (MWP)
 */
public record ContrastiveExcitation(String layer, boolean beforeRelu, boolean contrastive)
    implements Method {
  /** At the network's default layer. */
  public ContrastiveExcitation() {
    this(null);
  }

  /** At the given layer. */
  public ContrastiveExcitation(String layer) {
    this(layer, false, true);
  }

  @Override
  public String name() {
    return contrastive ? "c-mwp" : "mwp";
  }

  @Override
  public Set<String> reads(Attribution.Site site) {
    NetworkPlan plan = site.plan();
    String layer = site.layer(this);
    if (layer.equals(plan.input().name())) {
      throw new IllegalArgumentException(
          name() + " needs a layer whose values are not negative; the input's are");
    }
    if (contrastive) {
      refuseZero(plan, classifier(plan), layer);
    }
    return Set.of(layer);
  }

  @Override
  public boolean readsAllActivations() {
    return true;
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    NetworkPlan plan = attribution.site().plan();
    String layer = attribution.site().layer(this);
    Step classifier = classifier(plan);
    if (contrastive) {
      attribution.targets().requireFirstOutput(this, plan);
    }
    Attribution onLogits =
        new Attribution(
            attribution.pass(),
            attribution.input(),
            attribution.targets().onLogits(),
            attribution.site(),
            attribution.passes(),
            attribution.progress());
    return onLogits.atLayer(
        layer,
        new ExcitationRule(contrastive ? (WeightedNode) classifier.node() : null),
        (kernels, activation, probability, rows) -> {
          Tensor sum = kernels.channelSum(probability);
          return beforeRelu ? sum : kernels.relu(sum);
        });
  }

  /** The last layer that has weights: the classifier. */
  private static Step classifier(NetworkPlan plan) {
    Step step = plan.logits();
    while (!(step.node() instanceof WeightedNode)) {
      step = plan.source(step);
    }
    return step;
  }

  /**
   * Before a classifier that is a 1x1 convolution, as SqueezeNet's, the class and its dual give
   * each cell the same probability and only share it differently among channels: the map would be
   * rounding errors, and look like one.
   */
  private void refuseZero(NetworkPlan plan, Step classifier, String layer) {
    boolean cellByCell =
        classifier.node() instanceof ConvolutionNode convolution
            && convolution.window().effectiveHeight() == 1
            && convolution.window().effectiveWidth() == 1;
    Step step = classifier;
    while (cellByCell && step.inputs().size() == 1) {
      step = plan.source(step);
      if (step.name().equals(layer)) {
        throw new IllegalArgumentException(
            name()
                + " at layer '"
                + layer
                + "' is zero everywhere: the classifier '"
                + classifier.name()
                + "' after it is a 1x1 convolution, which gives the class and its dual the same"
                + " cells; choose a shallower layer");
      }
      if (step.node() instanceof LinearNode
          || step.node() instanceof MaxPoolNode
          || step.node() instanceof GlobalMaxPoolNode) {
        return;
      }
    }
  }
}
