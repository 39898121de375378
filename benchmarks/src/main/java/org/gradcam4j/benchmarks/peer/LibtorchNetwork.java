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
import java.util.List;
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

  private record Named(int index, String layer, Operation operation) {}

  private final NDManager parameters;
  private final Layout layout;
  private final List<Named> operations = new ArrayList<>();
  private final int count;

  /** Copies the weights of a plan. */
  public LibtorchNetwork(NetworkPlan plan, Layout layout) {
    this.layout = layout;
    this.parameters = Engine.getEngine("PyTorch").newBaseManager();
    this.count = plan.steps().size();
    int last = plan.logits().index();
    for (Step step : plan.steps().subList(0, last + 1)) {
      if (!(step.node() instanceof InputNode) && !absorbed(plan, step)) {
        operations.add(new Named(step.index(), step.name(), operation(plan, step)));
      }
    }
  }

  /** Whether the step is a part of a grouped convolution. */
  private static boolean absorbed(NetworkPlan plan, Step step) {
    if (step.node() instanceof SubsetNode) {
      return true;
    }
    return step.node() instanceof ConvolutionNode && plan.source(step).node() instanceof SubsetNode;
  }

  private Operation operation(NetworkPlan plan, Step step) {
    Node node = step.node();
    int x = step.inputs().get(0);
    if (node instanceof ConvolutionNode c) {
      NDArray weights = parameter(c.weights());
      return convolution(x, weights, parameter(c.bias()), c.window(), 1);
    }
    if (node instanceof ConcatenateNode) {
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
      Step subset = plan.source(plan.steps().get(x));
      return convolution(
          subset.inputs().get(0),
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
    if (node instanceof IdentityNode) {
      return v -> v[x];
    }
    if (node instanceof AddNode) {
      int y = step.inputs().get(1);
      return v -> v[x].add(v[y]);
    }
    if (node instanceof FlattenNode) {
      return v -> v[x].reshape(v[x].getShape().get(0), -1);
    }
    if (node instanceof DenseNode dense) {
      // libtorch's linear layer holds [out, in].
      NDArray weights = parameter(dense.weights()).transpose().duplicate();
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
    NDArray squares = x.mul(x).reshape(s.get(0), 1, s.get(1), s.get(2), s.get(3));
    int half = n.depth() / 2;
    NDArray means =
        squares
            .getNDArrayInternal()
            .avgPool(
                new Shape(n.depth(), 1, 1), new Shape(1, 1, 1), new Shape(half, 0, 0), false, true)
            .reshape(s);
    return x.div(means.mul(n.alpha() * n.depth()).add(n.k()).pow(n.beta()));
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
    NDArray copy = parameters.create(array.dup('c').data().asFloat(), new Shape(array.shape()));
    if (layout == Layout.CHANNELS_LAST && array.rank() == 4) {
      return inLayout(copy);
    }
    return array.rank() == 2 && array.size(0) == 1 ? copy.reshape(array.length()) : copy;
  }

  /** The same {@code [N, C, H, W]} in the network's layout of memory. */
  public NDArray inLayout(NDArray x) {
    return layout == Layout.CONTIGUOUS
        ? x
        // Flattening copies into the order of the view; a mere duplicate would keep the old one.
        : x.transpose(0, 2, 3, 1)
            .flatten()
            .reshape(channelsLast(x.getShape()))
            .transpose(0, 3, 1, 2);
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
    NDArray[] values = new NDArray[count];
    values[0] = image;
    NDArray y = image;
    for (Named step : operations) {
      y = step.operation.run(values);
      values[step.index] = y;
    }
    return y;
  }

  /**
   * Grad-CAM for the first image's highest class: the part before the layer runs without a graph of
   * gradients, the backward pass goes through the head alone.
   */
  public NDArray gradCam(NDArray image, String layer) {
    NDArray[] values = new NDArray[count];
    values[0] = image;
    int i = 0;
    NDArray y = image;
    while (true) {
      Named step = operations.get(i++);
      y = step.operation.run(values);
      values[step.index] = y;
      if (step.layer.equals(layer)) {
        break;
      }
    }
    NDArray activation = y;
    activation.setRequiresGradient(true);
    NDArray score;
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      for (; i < operations.size(); i++) {
        Named step = operations.get(i);
        y = step.operation.run(values);
        values[step.index] = y;
      }
      long best = y.stopGradient().argMax(1).getLong(0);
      score = y.get(new NDIndex("0," + best));
      collector.backward(score);
    }
    NDArray alpha = activation.getGradient().mean(new int[] {3}, true).mean(new int[] {2}, true);
    return activation.stopGradient().mul(alpha).sum(new int[] {1}).getNDArrayInternal().relu();
  }

  @Override
  public void close() {
    parameters.close();
  }
}
