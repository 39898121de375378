package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * A differentiable activation function; its derivative is a function of its output {@code y}.
 *
 * @param function which one
 */
public record SmoothActivationNode(Function function) implements Node {
  /** The functions. */
  public enum Function {
    /** {@code 1 / (1 + exp(-x))}, derivative {@code y (1 - y)}. */
    SIGMOID,
    /** Hyperbolic tangent, derivative {@code 1 - y^2}. */
    TANH,
    /** {@code exp(x_i) / sum_j exp(x_j)} over channels or features. */
    SOFTMAX,
    /**
     * The same over the last axis of {@code [N, C, H, W]}: what Deeplearning4j's softmax layers do
     * there. Of {@code [N, F]} over features.
     */
    SOFTMAX_OVER_WIDTH;

    /** Whether it makes probabilities of scores. */
    public boolean normalises() {
      return this != TANH;
    }
  }

  @Override
  public long[] shape(List<long[]> inputs) {
    return inputs.get(0);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return switch (function) {
      case SIGMOID -> kernels.sigmoid(x);
      case TANH -> kernels.tanh(x);
      case SOFTMAX -> kernels.softmax(x);
      case SOFTMAX_OVER_WIDTH ->
          x.spatial()
              ? kernels.channelsLast(kernels.softmax(kernels.channelsFirst(x)))
              : kernels.softmax(x);
    };
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(rule.other(visit, () -> gradient(visit)));
  }

  private Tensor gradient(Visit visit) {
    Kernels k = visit.kernels();
    Tensor y = visit.output();
    Tensor gradient = visit.gradient();
    int[] rows = visit.rows();
    if (function == Function.SOFTMAX_OVER_WIDTH && y.spatial()) {
      return k.channelsLast(k.softmaxGradient(k.channelsFirst(y), k.channelsFirst(gradient), rows));
    } else if (function == Function.SOFTMAX || function == Function.SOFTMAX_OVER_WIDTH) {
      return k.softmaxGradient(y, gradient, rows);
    }
    Tensor once = k.multiply(y, gradient, rows);
    Tensor less = k.multiply(y, once, rows);
    return k.subtract(function == Function.SIGMOID ? once : gradient, less);
  }

  @Override
  public boolean readsOutput() {
    return true;
  }
}
