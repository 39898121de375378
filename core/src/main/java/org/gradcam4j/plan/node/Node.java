package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Epilogue;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * A kind of network node: an operation on activations {@code [N, H, W, C]} or {@code [N, F]} and
 * its backward with respect to them. Immutable; parameters are the network's own arrays.
 */
public interface Node {

  /**
   * The sizes of the output without the axis of images, {@code [H, W, C]} or {@code [F]}, for those
   * of the inputs.
   *
   * @throws IllegalArgumentException if inputs of these sizes do not fit, saying what was expected
   */
  long[] shape(List<long[]> inputs);

  /**
   * How many rows of the output belong to each image, for those of the inputs: 1, but where inputs
   * were stacked along the axis of images.
   */
  default int multiplicity(List<Integer> inputs) {
    if (inputs.stream().distinct().count() > 1) {
      throw new IllegalArgumentException(
          "inputs that were stacked " + inputs + " times: expected all the same");
    }
    return inputs.get(0);
  }

  /** The output for the inputs, which it leaves as they are. */
  Tensor forward(Kernels kernels, List<Tensor> inputs);

  /** Whether {@link #forwardInPlace} writes the output over the first input. */
  default boolean worksInPlace() {
    return false;
  }

  /** The output, written over the first input: for one that nothing else will read. */
  default Tensor forwardInPlace(Kernels kernels, List<Tensor> inputs) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " makes a new array");
  }

  /**
   * The window of input cells that an output cell depends on, for a node of tensors with space, or
   * null if each cell may depend on all. Windows lie alike on all inputs.
   */
  default Window reach() {
    return null;
  }

  /**
   * The node for parts of its inputs that bring their surroundings with them: without padding.
   * Asked of nodes that have a {@linkplain #reach() reach} alone.
   */
  default Node unpadded() {
    return this;
  }

  /** What the padding of an image stands for. */
  default double padding() {
    return 0;
  }

  /** Multiplications, or the like of them, for an output of these sizes. */
  default double operations(long[] shape) {
    double product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }

  /**
   * What a convolution does that ends in this node too, or null if the node cannot end it.
   *
   * @param epilogue what already follows the convolution, whose result is one of the node's inputs
   * @param others the node's other inputs
   * @param shape that of the convolution's result
   */
  default Epilogue follow(Epilogue epilogue, List<Tensor> others, long[] shape) {
    return null;
  }

  /** What passes backward under the rule: a gradient for each input, in their order. */
  List<Tensor> backward(Visit visit, Rule rule);

  /**
   * Whether the memory of the output is its own, which no input shares, so that a node behind it
   * may write over it; false is always safe.
   */
  default boolean ownsOutput() {
    return false;
  }

  /** Whether the backward reads the values of the output, so that nothing may overwrite them. */
  default boolean readsOutput() {
    return false;
  }
}
