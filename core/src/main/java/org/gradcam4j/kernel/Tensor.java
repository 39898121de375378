package org.gradcam4j.kernel;

/**
 * An array that an implementation of {@link Kernels} made or wrapped: activations {@code [N, H, W,
 * C]} or {@code [N, F]}, and parameters.
 *
 * <p>What a kernel makes lives in the innermost open {@link Scope} of its thread and must not be
 * used after that scope closed.
 */
public interface Tensor {
  /** The sizes of the axes; a copy. */
  long[] shape();

  /** The first axis: images, or rows of a backward pass. */
  default int rows() {
    return Math.toIntExact(shape()[0]);
  }

  /** Whether the tensor has space: {@code [N, H, W, C]}. */
  default boolean spatial() {
    return shape().length == 4;
  }

  /** The last axis: channels or features. */
  default int channels() {
    long[] shape = shape();
    return Math.toIntExact(shape[shape.length - 1]);
  }
}
