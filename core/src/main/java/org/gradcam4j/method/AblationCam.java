package org.gradcam4j.method;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;

/**
 * Ablation-CAM: a layer's channels, weighted by the share of the score that is lost without them;
 * no gradients.
 *
 * <pre>
 * w_k = (y - y_k) / y        y_k: the score with A_k set to 0
 * L(i, j) = ReLU(sum_k w_k A_k(i, j))
 * </pre>
 *
 * <p>A is {@code [C, H, W]}, the map is {@code [H, W]} at the layer's resolution. For each channel
 * only the part of the network behind the layer is run. As published, a negative score turns the
 * signs of the weights. The paper is silent on a score of 0: it is then not divided by.
 *
 * <p>Desai and Ramaswamy, Ablation-CAM, WACV 2020, section 3.
 *
 * @param layer the layer A, or null for the network's default
 * @param beforeRelu whether to leave out the ReLU: a signed map
 */
public record AblationCam(String layer, boolean beforeRelu) implements Method {
  /** At the network's default layer. */
  public AblationCam() {
    this(null);
  }

  /** At the given layer. */
  public AblationCam(String layer) {
    this(layer, false);
  }

  @Override
  public String name() {
    return "ablation-cam";
  }

  @Override
  public Set<String> reads(Attribution.Site site) {
    NetworkPlan plan = site.plan();
    Step start = plan.step(site.layer(this));
    Set<Integer> reached = new HashSet<>(Set.of(start.index()));
    Set<String> read = new LinkedHashSet<>(Set.of(start.name()));
    for (Step step : plan.steps()) {
      if (step.inputs().stream().anyMatch(reached::contains)) {
        reached.add(step.index());
        // What joins from beside, a block's shortcut: it stays as it is.
        step.inputs().stream()
            .filter(input -> !reached.contains(input))
            .forEach(input -> read.add(plan.steps().get(input).name()));
      }
    }
    return read;
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    Kernels kernels = attribution.kernels();
    String layer = attribution.site().layer(this);
    Tensor activation = attribution.cells(layer);
    int channels = activation.channels();
    double[] whole = Versions.scores(attribution);
    double[] weights = new double[whole.length * channels];
    for (int n = 0; n < activation.rows(); n++) {
      int image = n;
      Versions.scoresFrom(
          layer,
          attribution,
          image,
          channels,
          (own, from, count) -> {
            Tensor ablated = Versions.copies(own, activation, image, count);
            for (int b = 0; b < count; b++) {
              own.clearChannel(ablated, b, from + b);
            }
            return ablated;
          },
          (channel, target, score) -> {
            double y = whole[target];
            weights[target * channels + channel] = (y - score) / (y == 0 ? 1 : y);
          });
    }
    Tensor map =
        kernels.weightedChannelSum(
            activation,
            kernels.tensor(weights, whole.length, channels),
            attribution.targets().images());
    return attribution.maps(beforeRelu ? map : kernels.relu(map));
  }
}
