package org.gradcam4j.pass;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Scope;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.node.InputNode;
import org.gradcam4j.plan.node.Visit;
import org.gradcam4j.plan.rule.Rule;

/**
 * One batch of images on its way through a network: a forward pass, then any number of backward
 * passes from it, in one scope of memory that {@link #close()} gives back. It belongs to the thread
 * that opened it.
 */
public final class Pass implements AutoCloseable {
  private final NetworkPlan plan;
  private final Kernels kernels;
  private final Scope scope;
  private final Tensor[] activations;
  private final boolean[] overwritten;

  /** Opens a pass. */
  public Pass(NetworkPlan plan, Kernels kernels) {
    this.plan = plan;
    this.kernels = kernels;
    this.scope = kernels.open();
    this.activations = new Tensor[plan.steps().size()];
    this.overwritten = new boolean[plan.steps().size()];
  }

  /** The network. */
  public NetworkPlan plan() {
    return plan;
  }

  /** The operations; their results live until this pass closes. */
  public Kernels kernels() {
    return kernels;
  }

  /**
   * Runs the network in inference mode.
   *
   * @param input {@code [N, H, W, C]}, preprocessed
   * @param keep layers whose activations will be read; the others may be overwritten once their
   *     readers have run, unless a backward pass by the true gradient needs them
   * @param keepAll whether every activation is kept, as {@link Rule#readsAllActivations()} asks
   */
  public void forward(Tensor input, Set<String> keep, boolean keepAll) {
    for (Step step : plan.steps()) {
      activations[step.index()] =
          step.node() instanceof InputNode ? input : run(step, keep, keepAll);
    }
  }

  /**
   * Runs only what comes after a layer, for other values of that layer. What the layer does not
   * reach keeps the values of another pass.
   *
   * @param layer where it starts
   * @param activation the layer's output, {@code [R, ...]}; may be overwritten
   * @param whole a pass that has run forward and kept each layer that joins the way from this one
   * @param rows for each row of the activation, its image in that pass
   * @throws IllegalArgumentException if none of the network's outputs depends on the layer
   */
  public void forwardFrom(String layer, Tensor activation, Pass whole, int[] rows) {
    Step start = plan.step(layer);
    boolean[] reached = new boolean[activations.length];
    activations[start.index()] = activation;
    reached[start.index()] = true;
    for (Step step : plan.steps()) {
      if (step.inputs().stream().anyMatch(i -> reached[i])) {
        step.inputs().forEach(input -> keep(plan.steps().get(input), whole, rows));
        activations[step.index()] = run(step, Set.of(), false);
        reached[step.index()] = true;
      }
    }
    if (plan.outputs().stream().noneMatch(output -> reached[output.index()])) {
      throw new IllegalArgumentException(
          "the network's output does not depend on layer '" + layer + "'");
    }
    for (Step output : plan.outputs()) {
      keep(output, whole, rows);
      keep(plan.logits(output), whole, rows);
    }
  }

  /** Takes a step's values from another pass, where this one has none. */
  private void keep(Step step, Pass whole, int[] rows) {
    if (activations[step.index()] == null) {
      int[] own = stacked(rows, whole.activations[0].rows(), step.multiplicity());
      activations[step.index()] = kernels.gatherRows(whole.activation(step.name()).tensor(), own);
    }
  }

  private Tensor run(Step step, Set<String> keep, boolean keepAll) {
    List<Tensor> inputs = inputs(step);
    if (!keepAll && mayOverwrite(step, keep)) {
      overwritten[step.inputs().get(0)] = true;
      return step.node().forwardInPlace(kernels, inputs);
    }
    return step.node().forward(kernels, inputs);
  }

  /** Whether the step is the only reader, now and later, of its first input. */
  private boolean mayOverwrite(Step step, Set<String> keep) {
    if (!step.node().worksInPlace()) {
      return false;
    }
    Step source = plan.source(step);
    return source.node().ownsOutput()
        && !source.node().readsOutput()
        && plan.consumers(source).size() == 1
        && !keep.contains(source.name())
        && plan.outputs().stream()
            .noneMatch(output -> source == output || source == plan.logits(output));
  }

  private List<Tensor> inputs(Step step) {
    return step.inputs().stream().map(i -> activations[i]).toList();
  }

  /**
   * A layer's output in the forward pass.
   *
   * @throws IllegalStateException if the forward pass was not told to keep it
   */
  public LayerView activation(String layer) {
    Step step = plan.step(layer);
    if (activations[step.index()] == null) {
      throw new IllegalStateException("no forward pass has run");
    }
    if (overwritten[step.index()]) {
      throw new IllegalStateException(
          "the activation of layer '" + layer + "' was not kept by the forward pass");
    }
    return new LayerView(layer, activations[step.index()], kernels, scope);
  }

  /**
   * Passes gradients backward, from the seeds to the shallowest of the layers.
   *
   * @param seeds where it starts; all have the same rows
   * @param rows for each gradient row, its image
   * @param rule how nodes pass it
   * @param layers the layers to show; each was {@linkplain #forward kept}
   * @param listener sees each layer once, from deep to shallow
   * @throws IllegalArgumentException if no seed's gradient can reach a layer
   */
  public void backward(
      List<Seed> seeds, int[] rows, Rule rule, Collection<String> layers, LayerListener listener) {
    int count = plan.steps().size();
    boolean[] wanted = new boolean[count];
    boolean[] onPath = new boolean[count];
    for (String layer : layers) {
      wanted[plan.step(layer).index()] = true;
    }
    for (Step step : plan.steps()) {
      onPath[step.index()] =
          wanted[step.index()] || step.inputs().stream().anyMatch(i -> onPath[i]);
    }
    Tensor[] gradients = new Tensor[count];
    for (Seed seed : seeds) {
      accumulate(gradients, plan.step(seed.layer()).index(), seed.gradient());
    }
    for (int i = count - 1; i >= 0; i--) {
      Step step = plan.steps().get(i);
      if (wanted[i]) {
        show(step, gradients[i], listener);
      }
      if (gradients[i] != null && step.inputs().stream().anyMatch(input -> onPath[input])) {
        int[] own = stacked(rows, activations[0].rows(), step.multiplicity());
        Visit visit = new Visit(kernels, inputs(step), activations[i], gradients[i], own);
        List<Tensor> passed = step.node().backward(visit, rule);
        for (int input = 0; input < passed.size(); input++) {
          int source = step.inputs().get(input);
          if (onPath[source]) {
            accumulate(gradients, source, passed.get(input));
          }
        }
      }
      gradients[i] = null;
    }
  }

  /**
   * The rows of activations that were stacked: blocks of all images, each beside a block of all
   * gradient rows.
   */
  private static int[] stacked(int[] rows, int images, int multiplicity) {
    int[] all = new int[multiplicity * rows.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = i / rows.length * images + rows[i % rows.length];
    }
    return all;
  }

  private void show(Step step, Tensor gradient, LayerListener listener) {
    if (gradient == null) {
      throw new IllegalArgumentException(
          "no gradient reaches layer '" + step.name() + "': it does not lie before the seed");
    }
    listener.gradient(
        activation(step.name()), new LayerView(step.name(), gradient, kernels, scope));
  }

  private void accumulate(Tensor[] gradients, int index, Tensor gradient) {
    gradients[index] =
        gradients[index] == null ? gradient : kernels.add(gradients[index], gradient);
  }

  /** Shows layers' activations of the forward pass. */
  public void show(Collection<String> layers, LayerListener listener) {
    for (String layer : new ArrayList<>(layers)) {
      listener.activation(activation(layer));
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
