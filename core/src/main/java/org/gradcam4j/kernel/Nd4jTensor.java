package org.gradcam4j.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tensor of {@link Nd4jKernels}: an ND4J array, which it does not copy.
 *
 * @param array the array
 */
public record Nd4jTensor(INDArray array) implements Tensor {
  @Override
  public long[] shape() {
    return array.shape().clone();
  }

  /** Whether it is of the same array: numbers are not compared. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Nd4jTensor tensor && array == tensor.array;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(array);
  }

  /**
   * The array as Deeplearning4j users know it: activations as a {@code [N, C, H, W]} view, anything
   * else as it is. It shares the tensor's memory and life.
   */
  public INDArray channelsFirstView() {
    return array.rank() == 4 ? array.permute(0, 3, 1, 2) : array;
  }

  /**
   * A part of an array that shares its memory: along axis a, {@code shape[a]} elements from {@code
   * from[a]}, {@code steps[a]} apart.
   *
   * <p>In place of {@link INDArray#get}, which in 1.0.0-M2.1 answers with an empty array where the
   * array is itself a view and the part begins beyond its length in the buffer.
   */
  static INDArray view(INDArray array, long[] from, long[] shape, long[] steps) {
    long offset = array.offset();
    long[] strides = array.stride().clone();
    for (int axis = 0; axis < strides.length; axis++) {
      offset += from[axis] * strides[axis];
      strides[axis] *= steps[axis];
    }
    return Nd4j.create(array.data(), shape, strides, offset, array.ordering());
  }

  /** Elements {@code from} to {@code from + count - 1} of the first axis, sharing memory. */
  public static INDArray rows(INDArray array, long from, long count) {
    if (from == 0 && count == array.size(0)) {
      return array;
    }
    long[] shape = array.shape().clone();
    shape[0] = count;
    long[] start = new long[shape.length];
    start[0] = from;
    long[] steps = new long[shape.length];
    Arrays.fill(steps, 1);
    return view(array, start, shape, steps);
  }
}
