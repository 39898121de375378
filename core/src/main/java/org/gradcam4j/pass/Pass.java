package org.gradcam4j.pass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.gradcam4j.kernel.Epilogue;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Places;
import org.gradcam4j.kernel.Scope;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.Reach;
import org.gradcam4j.plan.Region;
import org.gradcam4j.plan.node.BatchNormalizationNode;
import org.gradcam4j.plan.node.ConvolutionNode;
import org.gradcam4j.plan.node.InputNode;
import org.gradcam4j.plan.node.Node;
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
    Arrays.fill(activations, null);
    Arrays.fill(overwritten, false);
    for (Step step : plan.steps()) {
      if (step.node() instanceof InputNode) {
        activations[step.index()] = input;
      } else if (activations[step.index()] == null) {
        run(step, keep, keepAll);
      }
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
        if (activations[step.index()] == null) {
          run(step, Set.of(), false);
        }
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

  private void run(Step step, Set<String> keep, boolean keepAll) {
    List<Tensor> inputs = inputs(step);
    if (keepAll) {
      activations[step.index()] = step.node().forward(kernels, inputs);
    } else {
      run(step, step.node(), inputs, keep, (input, reader) -> activations[input]);
    }
  }

  /** What else a step reads that may follow a convolution at once, or null if it is not there. */
  @FunctionalInterface
  private interface Others {
    Tensor of(int input, Step reader);
  }

  private void run(Step step, Node node, List<Tensor> inputs, Set<String> keep, Others others) {
    if (node instanceof ConvolutionNode convolution) {
      runWithFollowers(step, convolution, inputs.get(0), keep, others);
    } else if (node.worksInPlace() && mayOverwrite(plan.source(step), keep)) {
      overwritten[step.inputs().get(0)] = true;
      activations[step.index()] = node.forwardInPlace(kernels, inputs);
    } else {
      activations[step.index()] = node.forward(kernels, inputs);
    }
  }

  /** Runs a convolution and the steps behind it that its kernel can do at once. */
  private void runWithFollowers(
      Step first, ConvolutionNode convolution, Tensor input, Set<String> keep, Others others) {
    long[] in = input.shape();
    long[] out = convolution.shape(List.of(new long[] {in[1], in[2], in[3]}));
    long[] shape = {in[0], out[0], out[1], out[2]};
    List<Step> chain = new ArrayList<>(List.of(first));
    Epilogue epilogue = Epilogue.NONE;
    for (Step last = first; mayOverwrite(last, keep); last = chain.get(chain.size() - 1)) {
      Step next = plan.steps().get(plan.consumers(last).get(0));
      Epilogue longer = follow(epilogue, last, next, others, shape);
      if (longer == null) {
        break;
      }
      epilogue = longer;
      chain.add(next);
    }
    Tensor result = convolution.forward(kernels, input, epilogue);
    for (Step step : chain) {
      activations[step.index()] = result;
      overwritten[step.index()] = step != chain.get(chain.size() - 1);
    }
  }

  private static Epilogue follow(
      Epilogue epilogue, Step last, Step next, Others others, long[] shape) {
    List<Tensor> tensors = new ArrayList<>();
    for (int input : next.inputs()) {
      if (input != last.index()) {
        tensors.add(others.of(input, next));
      }
    }
    return tensors.contains(null) ? null : next.node().follow(epilogue, tensors, shape);
  }

  /**
   * Runs versions of one image that differ from it in a part, and computes only what the part can
   * change; all else is taken from a pass that has run. Exact: the numbers are those of whole
   * passes.
   *
   * @param whole a pass that has run forward and kept all activations
   * @param image the image's row in that pass
   * @param parts the other values, {@code [R, h, w, C]}; may be overwritten
   * @param reach where they lie, and what they reach
   */
  public void forwardPart(Pass whole, int image, Tensor parts, Reach reach) {
    Part part = new Part(whole, image, reach);
    activations[plan.input().index()] = parts;
    for (Step step : reach.steps()) {
      if (activations[step.index()] == null) {
        part.run(step);
      }
    }
    Set<Integer> read = new TreeSet<>();
    for (Step output : plan.outputs()) {
      read.add(plan.logits(output).index());
      read.add(output.index());
    }
    read.forEach(index -> activations[index] = part.all(index));
  }

  /** What of an image's activations other values of a part of it change. */
  private final class Part {
    private final Pass whole;
    private final int image;
    private final Reach reach;
    private final Places corner;

    Part(Pass whole, int image, Reach reach) {
      this.whole = whole;
      this.image = image;
      this.reach = reach;
      int versions = reach.changed().count();
      this.corner = new Places(new int[versions], new int[versions]);
    }

    void run(Step step) {
      if (reach.isWhole(step)) {
        List<Tensor> inputs = step.inputs().stream().map(this::all).toList();
        Pass.this.run(step, step.node(), inputs, Set.of(), this::other);
        return;
      }
      Node node = step.node().unpadded();
      List<Tensor> inputs =
          step.inputs().stream()
              .map(i -> window(i, reach.source(step, i), node.padding()))
              .toList();
      Pass.this.run(step, node, inputs, Set.of(), this::other);
    }

    /** What a follower reads beside a convolution of the same region. */
    private Tensor other(int input, Step reader) {
      Step source = plan.steps().get(input);
      boolean missing = reach.region(source) != null && activations[input] == null;
      Region region = reach.region(reader);
      boolean sameRegion =
          reader.inputs().stream()
              .filter(i -> i != input)
              .allMatch(i -> region.sameAs(reach.region(plan.steps().get(i))));
      if (missing || !sameRegion) {
        return null;
      }
      return reach.isWhole(reader) ? all(input) : window(input, region, 0);
    }

    /** A window of each version of a step's output. */
    private Tensor window(int index, Region at, double outside) {
      Step step = plan.steps().get(index);
      Region own = reach.region(step);
      if (own != null && own.sameAs(at)) {
        return activations[index];
      }
      return kernels.windows(
          whole.activations[index],
          image,
          own == null ? null : activations[index],
          own == null ? null : own.places(),
          at.places(),
          at.height(),
          at.width(),
          outside);
    }

    /** The whole output of a step, a row a version. */
    Tensor all(int index) {
      Step step = plan.steps().get(index);
      if (reach.region(step) != null && reach.isWhole(step)) {
        return activations[index];
      }
      if (reach.region(step) == null) {
        int[] rows = new int[corner.tops().length];
        Arrays.fill(rows, image);
        int[] own = stacked(rows, whole.activations[0].rows(), step.multiplicity());
        return kernels.gatherRows(whole.activations[index], own);
      }
      long[] shape = reach.shape(step);
      Region everything = new Region(corner, (int) shape[0], (int) shape[1]);
      return window(index, everything, 0);
    }
  }

  /** Whether a step's output has one reader, now and later, that may write over it. */
  private boolean mayOverwrite(Step source, Set<String> keep) {
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
        Step first = withConvolution(step, rule, wanted, gradients);
        Visit visit = new Visit(kernels, inputs(first), activations[i], gradients[i], own);
        List<Tensor> passed =
            first.node() instanceof ConvolutionNode convolution
                    && step.node() instanceof BatchNormalizationNode behind
                ? List.of(convolution.transpose(visit, behind))
                : step.node().backward(visit, rule);
        for (int input = 0; input < passed.size(); input++) {
          int source = first.inputs().get(input);
          if (onPath[source]) {
            accumulate(gradients, source, passed.get(input));
          }
        }
      }
      gradients[i] = null;
    }
  }

  /**
   * The convolution before a normalisation, where nobody asks for the gradient between them and the
   * kernel may pass both at once; otherwise the step itself.
   */
  private Step withConvolution(Step step, Rule rule, boolean[] wanted, Tensor[] gradients) {
    boolean foldable =
        rule.passesTrueGradients()
            && step.node() instanceof BatchNormalizationNode normalization
            && !normalization.logarithmic();
    if (!foldable) {
      return step;
    }
    Step source = plan.source(step);
    return source.node() instanceof ConvolutionNode
            && !wanted[source.index()]
            && gradients[source.index()] == null
            && plan.consumers(source).size() == 1
        ? source
        : step;
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
