package org.gradcam4j.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Nd4jTensor;
import org.gradcam4j.plan.node.IdentityNode;
import org.gradcam4j.plan.node.InputNode;
import org.gradcam4j.plan.node.Node;
import org.gradcam4j.plan.node.SmoothActivationNode;
import org.gradcam4j.plan.node.YoloNode;
import org.gradcam4j.text.Names;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A network as nodes in topological order, over the parameter arrays of the Deeplearning4j network
 * that it was read from, as far as its kernels {@linkplain Kernels#adopt share} them: training that
 * network further changes the plan's values, nothing else of it is touched. Immutable and safe for
 * use by many threads.
 *
 * <p>A vertex keeps its name. Where it does several things, the last has the name and those before
 * it have it with a suffix: {@code conv1:pre} is the convolution {@code conv1} before its
 * activation function, {@code fc:input} its flattened input.
 */
public final class NetworkPlan {

  /**
   * A place in the plan.
   *
   * @param index its position in {@link #steps()}
   * @param name the layer's name
   * @param node what it does
   * @param inputs positions of the steps that it reads
   * @param multiplicity how many rows of its output belong to each image: 1, but after a stack
   */
  public record Step(int index, String name, Node node, List<Integer> inputs, int multiplicity) {
    /** Copies the list. */
    public Step {
      inputs = List.copyOf(inputs);
    }
  }

  private final List<Step> steps;
  private final Map<String, Step> byName = new HashMap<>();
  private final List<List<Integer>> consumers = new ArrayList<>();
  private final List<Step> outputs;
  private final int inputChannels;
  private final boolean channelsLastInput;
  private final DataType dataType;

  NetworkPlan(
      List<Step> steps,
      List<String> outputs,
      int inputChannels,
      boolean channelsLastInput,
      DataType dataType) {
    this.steps = List.copyOf(steps);
    this.inputChannels = inputChannels;
    this.channelsLastInput = channelsLastInput;
    this.dataType = dataType;
    for (Step step : steps) {
      byName.put(step.name(), step);
      consumers.add(new ArrayList<>());
      for (int input : step.inputs()) {
        consumers.get(input).add(step.index());
      }
    }
    this.outputs = outputs.stream().map(this::step).toList();
  }

  private Step skipIdentities(Step from) {
    Step step = from;
    while (step.node() instanceof IdentityNode) {
      step = source(step);
    }
    return step;
  }

  /** Reads a graph with one input, whose layers gradcam4j all knows. */
  public static NetworkPlan of(ComputationGraph graph) {
    return of(graph, NodeFactories.none());
  }

  /** Reads a network of layers, which gradcam4j all knows. */
  public static NetworkPlan of(MultiLayerNetwork network) {
    return of(network, NodeFactories.none());
  }

  /**
   * Reads a graph with one input.
   *
   * @throws IllegalArgumentException for a layer that no node covers, naming it
   */
  public static NetworkPlan of(ComputationGraph graph, NodeFactories factories) {
    return PlanReader.read(graph, factories, Nd4jTensor::new);
  }

  /**
   * Reads a network of layers.
   *
   * @throws IllegalArgumentException for a layer that no node covers, naming it
   */
  public static NetworkPlan of(MultiLayerNetwork network, NodeFactories factories) {
    return PlanReader.read(network, factories, Nd4jTensor::new);
  }

  /**
   * Reads a graph with one input for kernels that do not compute on ND4J's arrays.
   *
   * @param kernels what the plan's passes will run on
   * @throws IllegalArgumentException for a layer that no node covers, naming it
   */
  public static NetworkPlan of(ComputationGraph graph, NodeFactories factories, Kernels kernels) {
    return PlanReader.read(graph, factories, kernels::adopt);
  }

  /** All steps in topological order; the first is the input. */
  public List<Step> steps() {
    return steps;
  }

  /** The step that the step reads, the first if it reads several. */
  public Step source(Step step) {
    return steps.get(step.inputs().get(0));
  }

  /** Positions of the steps that read the step. */
  public List<Integer> consumers(Step step) {
    return Collections.unmodifiableList(consumers.get(step.index()));
  }

  /**
   * The step of that name.
   *
   * @throws IllegalArgumentException if there is none, naming similar ones
   */
  public Step step(String name) {
    Step step = byName.get(name);
    if (step == null) {
      throw new IllegalArgumentException(
          "no layer '"
              + name
              + "' in this network; "
              + Names.suggest(name, steps.stream().map(Step::name).toList()));
    }
    return step;
  }

  /** Where the image enters. */
  public Step input() {
    return steps.get(0);
  }

  /** The network's outputs, in its order: probabilities, where one ends in softmax or sigmoid. */
  public List<Step> outputs() {
    return outputs;
  }

  /** The first output. */
  public Step output() {
    return outputs.get(0);
  }

  /** The scores of the first output before softmax or sigmoid. */
  public Step logits() {
    return logits(output());
  }

  /**
   * The scores of an output: before softmax, sigmoid or a detector's activation; the output itself
   * where the network has none.
   */
  public Step logits(Step output) {
    Step head = skipIdentities(output);
    boolean probabilities =
        head.node() instanceof YoloNode
            || head.node() instanceof SmoothActivationNode activation
                && activation.function().normalises();
    return probabilities ? skipIdentities(source(head)) : output;
  }

  /** Channels of the input. */
  public int inputChannels() {
    return inputChannels;
  }

  /** Whether the network that was read takes {@code [N, H, W, C]}. */
  public boolean channelsLastInput() {
    return channelsLastInput;
  }

  /** The type of the parameters and so of all computation. */
  public DataType dataType() {
    return dataType;
  }

  /**
   * The sizes of every step's output, {@code [H, W, C]} or {@code [F]}, for an input of this size.
   *
   * @throws IllegalArgumentException if the network does not take that size
   */
  public List<long[]> shapes(long height, long width) {
    List<long[]> shapes = new ArrayList<>();
    for (Step step : steps) {
      if (step.node() instanceof InputNode) {
        shapes.add(new long[] {height, width, inputChannels});
        continue;
      }
      try {
        shapes.add(step.node().shape(step.inputs().stream().map(shapes::get).toList()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "an image of "
                + height
                + "x"
                + width
                + " does not fit this network: layer '"
                + step.name()
                + "': "
                + e.getMessage(),
            e);
      }
    }
    return shapes;
  }
}
