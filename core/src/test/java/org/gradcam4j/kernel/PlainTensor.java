package org.gradcam4j.kernel;

import java.util.Arrays;

/** A tensor of {@link PlainKernels}: numbers in row-major order. */
final class PlainTensor implements Tensor {
  private final long[] shape;
  private final double[] values;
  private final Scope scope;

  /**
   * A tensor over an array, which it shares.
   *
   * @param scope where it lives, or null for ever
   */
  PlainTensor(long[] shape, double[] values, Scope scope) {
    long size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    if (size != values.length) {
      throw new IllegalArgumentException(
          values.length + " numbers do not fill " + Arrays.toString(shape));
    }
    this.shape = shape.clone();
    this.values = values;
    this.scope = scope;
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** The size of an axis. */
  int size(int axis) {
    return (int) shape[axis];
  }

  /** Where it lives, or null. */
  Scope scope() {
    return scope;
  }

  /**
   * The numbers.
   *
   * @throws IllegalStateException after the tensor's scope closed
   */
  double[] values() {
    if (scope != null && !scope.isOpen()) {
      throw new IllegalStateException("a tensor was used after its scope closed");
    }
    return values;
  }
}
