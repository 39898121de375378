package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * What a backward pass brings to a node.
 *
 * @param kernels the operations
 * @param inputs the node's inputs in the forward pass, {@code N} rows each; of an input that the
 *     next node wrote over only the sizes hold
 * @param output the node's output in the forward pass, {@code N} rows; its values hold if the node
 *     {@linkplain Node#readsOutput() reads} them
 * @param gradient what arrived at the output, {@code R} rows
 * @param rows for each gradient row, its image
 */
public record Visit(
    Kernels kernels, List<Tensor> inputs, Tensor output, Tensor gradient, int[] rows) {

  /** The only input. */
  public Tensor input() {
    return inputs.get(0);
  }
}
