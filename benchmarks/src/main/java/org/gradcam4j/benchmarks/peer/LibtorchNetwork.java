package org.gradcam4j.benchmarks.peer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.gradcam4j.kernel.Nd4jTensor;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.node.AddNode;
import org.gradcam4j.plan.node.BatchNormalizationNode;
import org.gradcam4j.plan.node.ConcatenateNode;
import org.gradcam4j.plan.node.ConvolutionNode;
import org.gradcam4j.plan.node.DenseNode;
import org.gradcam4j.plan.node.FlattenNode;
import org.gradcam4j.plan.node.GlobalAveragePoolNode;
import org.gradcam4j.plan.node.IdentityNode;
import org.gradcam4j.plan.node.InputNode;
import org.gradcam4j.plan.node.LocalResponseNormalizationNode;
import org.gradcam4j.plan.node.MaxPoolNode;
import org.gradcam4j.plan.node.Node;
import org.gradcam4j.plan.node.ReluNode;
import org.gradcam4j.plan.node.SubsetNode;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The same network with the same weights in libtorch, through DJL: the plan's steps up to the
 * scores before softmax, each as libtorch's own operation, no gradients of weights.
 */
public final class LibtorchNetwork implements AutoCloseable {
  /** How libtorch holds activations in memory. */
  public enum Layout {
    /** {@code [N, C, H, W]}, libtorch's default. */
    CONTIGUOUS,
    /** {@code [N, H, W, C]}, its {@code channels_last}. */
    CHANNELS_LAST
  }

  @FunctionalInterface
  private interface Operation {
    NDArray run(NDArray[] values);
  }

  /**
   * One operation.
   *
   * @param index its step's position in the plan
   * @param inputs positions of the values that it reads
   */
  private record Named(int index, String layer, List<Integer> inputs, Operation operation) {}

  private final NDManager parameters;
  private final Layout layout;
  private final List<Named> operations = new ArrayList<>();

  /** For each position, where its value lies: that of an identity is its input's. */
  private final int[] places;

  /** For each operation, the values that nothing reads after it. */
  private final List<List<Integer>> lastRead = new ArrayList<>();

  /** Copies the weights of a plan. */
  public LibtorchNetwork(NetworkPlan plan, Layout layout) {
    this.layout = layout;
    this.parameters = Engine.getEngine("PyTorch").newBaseManager();
    this.places = new int[plan.steps().size()];
    for (Step step : plan.steps().subList(0, plan.logits().index() + 1)) {
      places[step.index()] = step.index();
      if (step.node() instanceof IdentityNode) {
        places[step.index()] = places[step.inputs().get(0)];
      } else if (!(step.node() instanceof InputNode) && !absorbed(plan, step)) {
        Step reads = grouped(step) ? subset(plan, step) : step;
        List<Integer> inputs = reads.inputs().stream().map(i -> places[i]).toList();
        operations.add(new Named(step.index(), step.name(), inputs, operation(plan, step, inputs)));
      }
    }
    Set<Integer> readLater = new HashSet<>(Set.of(places[plan.logits().index()], 0));
    for (int i = operations.size() - 1; i >= 0; i--) {
      lastRead.add(operations.get(i).inputs().stream().filter(readLater::add).toList());
    }
    Collections.reverse(lastRead);
  }

  /** Whether the step joins the parts of a grouped convolution. */
  private static boolean grouped(Step step) {
    return step.node() instanceof ConcatenateNode;
  }

  /** The first part of a grouped convolution's input. */
  private static Step subset(NetworkPlan plan, Step join) {
    return plan.source(plan.source(join));
  }

  /** Whether the step is a part of a grouped convolution. */
  private static boolean absorbed(NetworkPlan plan, Step step) {
    if (step.node() instanceof SubsetNode) {
      return true;
    }
    return step.node() instanceof ConvolutionNode && plan.source(step).node() instanceof SubsetNode;
  }

  private Operation operation(NetworkPlan plan, Step step, List<Integer> inputs) {
    Node node = step.node();
    int x = inputs.get(0);
    if (node instanceof ConvolutionNode c) {
      NDArray weights = parameter(c.weights());
      return convolution(x, weights, parameter(c.bias()), c.window(), 1);
    }
    if (grouped(step)) {
      List<ConvolutionNode> groups = new ArrayList<>();
      for (int input : step.inputs()) {
        groups.add((ConvolutionNode) plan.steps().get(input).node());
      }
      NDList weights = new NDList();
      NDList biases = new NDList();
      for (ConvolutionNode group : groups) {
        weights.add(parameter(group.weights()));
        biases.add(parameter(group.bias()));
      }
      return convolution(
          x,
          weights.get(0).concat(weights.get(1), 0),
          biases.get(0).concat(biases.get(1), 0),
          groups.get(0).window(),
          groups.size());
    }
    if (node instanceof ReluNode) {
      return v -> v[x].getNDArrayInternal().relu();
    }
    if (node instanceof MaxPoolNode pool) {
      Window w = pool.window();
      return v -> v[x].getNDArrayInternal().maxPool(kernel(w), stride(w), padding(w), false);
    }
    if (node instanceof GlobalAveragePoolNode) {
      return v -> v[x].getNDArrayInternal().globalAvgPool();
    }
    if (node instanceof AddNode) {
      int y = inputs.get(1);
      return v -> v[x].add(v[y]);
    }
    if (node instanceof FlattenNode) {
      return v -> v[x].reshape(v[x].getShape().get(0), -1);
    }
    if (node instanceof DenseNode dense) {
      NDArray weights = transposed(dense.weights());
      NDArray bias = parameter(dense.bias());
      return v -> Linear.linear(v[x], weights, bias).singletonOrThrow();
    }
    if (node instanceof BatchNormalizationNode b) {
      NDArray gamma = parameter(b.normalization().gamma());
      NDArray beta = parameter(b.normalization().beta());
      NDArray mean = parameter(b.normalization().mean());
      NDArray variance = parameter(b.normalization().variance());
      if (b.logarithmic()) {
        throw new IllegalArgumentException("a variance stored as a logarithm");
      }
      float epsilon = (float) b.normalization().epsilon();
      return v ->
          v[x].getNDArrayInternal()
              .batchNorm(v[x], mean, variance, gamma, beta, 1, 0.9f, epsilon, false)
              .singletonOrThrow();
    }
    if (node instanceof LocalResponseNormalizationNode n) {
      return v -> normalized(v[x], n);
    }
    throw new IllegalArgumentException("no libtorch operation for layer " + step.name());
  }

  private static Operation convolution(int x, NDArray weights, NDArray bias, Window w, int groups) {
    Shape dilation = new Shape(w.dilationHeight(), w.dilationWidth());
    return v ->
        Conv2d.conv2d(v[x], weights, bias, stride(w), padding(w), dilation, groups)
            .singletonOrThrow();
  }

  /** As {@code torch.nn.functional.local_response_norm} does: a mean of squares over channels. */
  private static NDArray normalized(NDArray x, LocalResponseNormalizationNode n) {
    Shape s = x.getShape();
    int half = n.depth() / 2;
    try (NDArray squares = x.mul(x);
        NDArray volume = squares.reshape(s.get(0), 1, s.get(1), s.get(2), s.get(3));
        NDArray means =
            volume
                .getNDArrayInternal()
                .avgPool(
                    new Shape(n.depth(), 1, 1),
                    new Shape(1, 1, 1),
                    new Shape(half, 0, 0),
                    false,
                    true);
        NDArray planes = means.reshape(s);
        NDArray scaled = planes.mul(n.alpha() * n.depth());
        NDArray shifted = scaled.add(n.k());
        NDArray divisor = shifted.pow(n.beta())) {
      return x.div(divisor);
    }
  }

  private static Shape kernel(Window w) {
    return new Shape(w.kernelHeight(), w.kernelWidth());
  }

  private static Shape stride(Window w) {
    return new Shape(w.strideHeight(), w.strideWidth());
  }

  private static Shape padding(Window w) {
    return new Shape(w.paddingHeight(), w.paddingWidth());
  }

  private NDArray parameter(Tensor tensor) {
    if (tensor == null) {
      return null;
    }
    INDArray array = ((Nd4jTensor) tensor).array();
    boolean vector = array.rank() == 2 && array.size(0) == 1;
    Shape shape = vector ? new Shape(array.length()) : new Shape(array.shape());
    float[] values = array.dup('c').data().asFloat();
    return array.rank() == 4 ? images(parameters, values, shape) : own(parameters, values, shape);
  }

  /** libtorch's linear layer holds {@code [out, in]}. */
  private NDArray transposed(Tensor weights) {
    INDArray array = ((Nd4jTensor) weights).array().transpose();
    return own(parameters, array.dup('c').data().asFloat(), new Shape(array.shape()));
  }

  /** In memory of libtorch's, aligned as it likes: what DJL makes of an array lies in Java's. */
  private static NDArray own(NDManager manager, float[] values, Shape shape) {
    try (NDArray javas = manager.create(values, shape)) {
      return javas.duplicate();
    }
  }

  /** Values {@code [N, C, H, W]} in the network's layout of memory. */
  public NDArray images(NDManager manager, float[] values, Shape shape) {
    NDArray x = own(manager, values, shape);
    return layout == Layout.CONTIGUOUS
        ? x
        // Flattening copies into the order of the view; a mere duplicate would keep the old one.
        : x.transpose(0, 2, 3, 1).flatten().reshape(channelsLast(shape)).transpose(0, 3, 1, 2);
  }

  private static Shape channelsLast(Shape s) {
    return new Shape(s.get(0), s.get(2), s.get(3), s.get(1));
  }

  /** A manager for images; results live in theirs. */
  public NDManager manager() {
    return parameters.newSubManager();
  }

  /** The scores before softmax, {@code [N, classes]}. */
  public NDArray forward(NDArray image) {
    NDArray[] values = new NDArray[places.length];
    values[0] = image;
    return run(0, operations.size(), values, null);
  }

  /**
   * Runs operations, the last of which gives the result. What no later one reads is freed at once,
   * as Python's reference counts do: libtorch then uses its memory again.
   *
   * @param kept not freed
   */
  private NDArray run(int from, int to, NDArray[] values, NDArray kept) {
    for (int i = from; i < to; i++) {
      Named step = operations.get(i);
      values[step.index] = step.operation.run(values);
      for (int dead : lastRead.get(i)) {
        if (values[dead] != kept) {
          values[dead].close();
        }
      }
    }
    return values[operations.get(to - 1).index];
  }

  /**
   * Grad-CAM for the first image's highest class: the part before the layer runs without a graph of
   * gradients, the backward pass goes through the head alone.
   *
   * @return {@code [1, H, W]}
   */
  public NDArray gradCam(NDArray image, String layer) {
    NDArray[] values = new NDArray[places.length];
    values[0] = image;
    int head = after(layer);
    NDArray activation = run(0, head, values, null);
    activation.setRequiresGradient(true);
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray scores = run(head, operations.size(), values, activation);
      long best = scores.stopGradient().argMax(1).getLong(0);
      collector.backward(scores.get(new NDIndex("0," + best)));
    }
    NDArray alpha = activation.getGradient().mean(new int[] {3}, true).mean(new int[] {2}, true);
    return activation.stopGradient().mul(alpha).sum(new int[] {1}).getNDArrayInternal().relu();
  }

  /** How many operations end with the layer. */
  private int after(String layer) {
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i).layer.equals(layer)) {
        return i + 1;
      }
    }
    throw new IllegalArgumentException("no layer " + layer);
  }

  @Override
  public void close() {
    parameters.close();
  }
}
