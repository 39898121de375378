package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.pass.LayerListener;
import org.gradcam4j.pass.LayerView;
import org.gradcam4j.pass.Pass;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.rule.GradientRule;
import org.gradcam4j.plan.rule.Rule;

/**
 * What a method works with: a forward pass that has run, its targets, and more passes where it
 * needs them.
 *
 * @param pass the forward pass of the batch
 * @param input the batch, {@code [N, H, W, C]}, preprocessed
 * @param targets what to explain
 * @param site the network and its default layer
 * @param gradients the targets' true gradients that were taken for several methods together, by
 *     layer
 * @param passes opens a pass of its own for further images; the method closes it
 * @param progress is told the share of the work that is done, from 0 to 1, by methods that take
 *     long
 */
public record Attribution(
    Pass pass,
    Tensor input,
    Targets targets,
    Site site,
    Map<String, Tensor> gradients,
    Supplier<Pass> passes,
    DoubleConsumer progress) {
  /** Without gradients: each is taken when it is asked for. */
  public Attribution(
      Pass pass,
      Tensor input,
      Targets targets,
      Site site,
      Supplier<Pass> passes,
      DoubleConsumer progress) {
    this(pass, input, targets, site, Map.of(), passes, progress);
  }

  /**
   * A network and where its maps are made by default.
   *
   * @param plan the network
   * @param defaultLayer the layer for methods that were given none
   * @param preprocessing what its input was made by
   */
  public record Site(NetworkPlan plan, String defaultLayer, Preprocessing preprocessing) {
    /**
     * The method's layer, or the default one.
     *
     * @throws IllegalArgumentException if the network has no such layer
     */
    public String layer(Method method) {
      return plan.step(method.layer() == null ? defaultLayer : method.layer()).name();
    }
  }

  /** The operations. */
  public Kernels kernels() {
    return pass.kernels();
  }

  /** From a layer's activation {@code [N, H, W, C]} and gradient {@code [R, H, W, C]} to a map. */
  @FunctionalInterface
  public interface LayerFormula {
    /**
     * The map.
     *
     * @param rows for each gradient row, its image
     * @return {@code [R, H, W, 1]}, or {@code [R, H, W, C]} for maps of the input
     */
    Tensor map(Kernels kernels, Tensor activation, Tensor gradient, int[] rows);
  }

  /** Passes the targets' gradients back to a layer and applies a formula there. */
  public List<SaliencyMap> atLayer(String layer, Rule rule, LayerFormula formula) {
    refuseStacked(layer);
    Tensor shared = rule instanceof GradientRule ? gradients.get(layer) : null;
    if (shared != null) {
      return maps(layer, formula, pass.activation(layer).tensor(), shared);
    }
    List<SaliencyMap> maps = new ArrayList<>();
    pass.backward(
        targets.seeds(pass),
        targets.images(),
        rule,
        List.of(layer),
        new LayerListener() {
          @Override
          public void gradient(LayerView activation, LayerView gradient) {
            maps.addAll(maps(layer, formula, activation.tensor(), gradient.tensor()));
          }
        });
    return maps;
  }

  private List<SaliencyMap> maps(
      String layer, LayerFormula formula, Tensor activation, Tensor gradient) {
    if (!activation.spatial()) {
      throw withoutSpace(layer, activation);
    }
    return maps(formula.map(kernels(), activation, gradient, targets.images()));
  }

  /**
   * Passes the targets' true gradients back to the method's layer and applies a formula there,
   * rectified unless its signed map is asked for.
   */
  List<SaliencyMap> atLayer(Method method, boolean beforeRelu, LayerFormula formula) {
    return atLayer(
        site.layer(method),
        new GradientRule(),
        (kernels, activation, gradient, rows) -> {
          Tensor map = formula.map(kernels, activation, gradient, rows);
          return beforeRelu ? map : kernels.relu(map);
        });
  }

  /** Passes the targets' gradients back to the input: maps {@code [C, H, W]}. */
  public List<SaliencyMap> atInput(Rule rule) {
    return atLayer(
        site.plan().input().name(), rule, (kernels, activation, gradient, rows) -> gradient);
  }

  /**
   * A layer's activation {@code [N, H, W, C]} of the forward pass.
   *
   * @throws IllegalArgumentException if the layer has no space
   */
  public Tensor cells(String layer) {
    refuseStacked(layer);
    Tensor activation = pass.activation(layer).tensor();
    if (!activation.spatial()) {
      throw withoutSpace(layer, activation);
    }
    return activation;
  }

  private void refuseStacked(String layer) {
    int rows = site.plan().step(layer).multiplicity();
    if (rows != 1) {
      throw new IllegalArgumentException(
          "layer '"
              + layer
              + "' has "
              + rows
              + " rows an image, which were stacked: expected a layer before the stack");
    }
  }

  /** The error for a layer that has no space. */
  private IllegalArgumentException withoutSpace(String layer, Tensor activation) {
    return new IllegalArgumentException(
        "layer '"
            + layer
            + "' has no space, its output is "
            + activation.channels()
            + " numbers an image: expected a layer of [channels, height, width] such as '"
            + site.defaultLayer()
            + "'");
  }

  /** Copies maps {@code [R, H, W, C]} out of the pass. */
  List<SaliencyMap> maps(Tensor rows) {
    Tensor channelsFirst = kernels().channelsFirst(rows);
    long[] shape = channelsFirst.shape();
    float[] values = kernels().floats(channelsFirst);
    int size = values.length / rows.rows();
    List<SaliencyMap> maps = new ArrayList<>();
    for (int r = 0; r < rows.rows(); r++) {
      maps.add(
          new SaliencyMap(
              (int) shape[1],
              (int) shape[2],
              (int) shape[3],
              Arrays.copyOfRange(values, r * size, (r + 1) * size)));
    }
    return maps;
  }
}
