package org.gradcam4j.benchmarks.kernel;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import org.gradcam4j.benchmarks.device.Finished;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Scope;
import org.gradcam4j.kernel.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Kernels, random tensors for them, and comparison with a plain reference. */
abstract class KernelState implements AutoCloseable {
  private static final double TOLERANCE = 1e-4;

  /** The image of a batch of one. */
  static final int[] ONE_ROW = {0};

  final Kernels kernels = Kernels.fastest(DataType.FLOAT);
  final Random random = new Random(1);

  /** Numbers in [-1, 1), in row-major order. */
  final Tensor random(long... shape) {
    return kernels.adopt(numbers(shape));
  }

  static INDArray numbers(long... shape) {
    return Nd4j.rand(DataType.FLOAT, shape).muli(2).subi(1);
  }

  /**
   * Runs a kernel in a scope, whose memory the next run uses again. The result is not to be read:
   * the scope has closed.
   */
  final Tensor timed(Supplier<Tensor> kernel) {
    try (Scope scope = kernels.open()) {
      assert scope.isOpen();
      return Finished.of(kernel.get());
    }
  }

  /** A kernel's values. */
  final float[] values(Supplier<Tensor> kernel) {
    try (Scope scope = kernels.open()) {
      assert scope.isOpen();
      return kernels.floats(kernel.get());
    }
  }

  final float[] floats(Tensor tensor) {
    return kernels.floats(tensor);
  }

  /**
   * Checks one value.
   *
   * @param terms the sum of the magnitudes that the value was computed from: the scale of its error
   */
  static void check(String what, double found, double expected, double terms) {
    if (!(Math.abs(found - expected) <= TOLERANCE * (terms + 1e-6))) {
      throw new IllegalStateException(what + " is " + found + ", a plain loop gives " + expected);
    }
  }

  /** The transpose of a linear map: {@code (W x) . y = x . (W^T y)}. */
  static void checkAdjoint(String what, float[] wx, float[] y, float[] x, float[] wty) {
    double left = 0;
    double right = 0;
    double terms = 0;
    for (int i = 0; i < wx.length; i++) {
      left += (double) wx[i] * y[i];
      terms += Math.abs((double) wx[i] * y[i]);
    }
    for (int i = 0; i < x.length; i++) {
      right += (double) x[i] * wty[i];
    }
    check(what + ", the transpose's product,", right, left, terms);
  }

  static double size(long... shape) {
    return Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
  }

  @Override
  public void close() {
    kernels.close();
  }
}
