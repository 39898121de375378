package org.gradcam4j.plan.node;

import java.util.Arrays;
import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * Activations of different sizes in one element-wise operation: along an axis of size 1, one value
 * counts for all cells or channels.
 */
final class Broadcast {
  private Broadcast() {}

  /** The sizes that all inputs are brought to. */
  static long[] shape(String operation, List<long[]> inputs) {
    long[] shape = inputs.get(0).clone();
    for (long[] input : inputs) {
      if (input.length != shape.length) {
        throw Shapes.mismatch(operation + " with " + Arrays.toString(shape), input);
      }
      for (int axis = 0; axis < shape.length; axis++) {
        if (shape[axis] != input[axis] && shape[axis] != 1 && input[axis] != 1) {
          throw Shapes.mismatch(operation + " with " + Arrays.toString(shape), input);
        }
        shape[axis] = Math.max(shape[axis], input[axis]);
      }
    }
    return shape;
  }

  /** Brings an activation to sizes {@code [.., H, W, C]}, of which the rows are not read. */
  static Tensor expand(Kernels kernels, Tensor x, long[] sizes) {
    long[] in = x.shape();
    Tensor result = x;
    if (in[in.length - 1] != sizes[sizes.length - 1]) {
      long cells = Arrays.stream(in).reduce(1, (a, b) -> a * b);
      long channels = sizes[sizes.length - 1];
      in[in.length - 1] = channels;
      Tensor ones = ones(kernels, 1, channels);
      result = kernels.reshape(kernels.product(kernels.reshape(result, cells, 1), ones, false), in);
    }
    if (in.length == 4 && in[1] == 1 && in[2] == 1 && sizes[1] * sizes[2] != 1) {
      return kernels.spread(kernels.reshape(result, in[0], in[3]), sizes[1], sizes[2], 1);
    }
    if (in.length == 4 && (in[1] != sizes[1] || in[2] != sizes[2])) {
      return new UpsamplingNode((int) (sizes[1] / in[1]), (int) (sizes[2] / in[2]))
          .forward(kernels, List.of(result));
    }
    return result;
  }

  /** The transpose of {@link #expand}: sums a gradient over the axes along which it expands. */
  static Tensor sum(Kernels kernels, Tensor gradient, long[] sizes) {
    long[] full = gradient.shape();
    Tensor result = gradient;
    if (full.length == 4 && sizes[1] == 1 && sizes[2] == 1 && full[1] * full[2] != 1) {
      Tensor mean = kernels.spatialMean(gradient);
      result =
          kernels.reshape(kernels.scale(mean, (double) full[1] * full[2]), full[0], 1, 1, full[3]);
    } else if (full.length == 4 && (full[1] != sizes[1] || full[2] != sizes[2])) {
      int height = (int) (full[1] / sizes[1]);
      int width = (int) (full[2] / sizes[2]);
      result = new UpsamplingNode(height, width).sumBlocks(kernels, gradient);
    }
    if (full[full.length - 1] != sizes[sizes.length - 1]) {
      long[] shape = result.shape();
      long channels = shape[shape.length - 1];
      long cells = Arrays.stream(shape).reduce(1, (a, b) -> a * b) / channels;
      shape[shape.length - 1] = 1;
      Tensor ones = ones(kernels, channels, 1);
      result =
          kernels.reshape(
              kernels.product(kernels.reshape(result, cells, channels), ones, false), shape);
    }
    return result;
  }

  private static Tensor ones(Kernels kernels, long rows, long columns) {
    double[] values = new double[Math.toIntExact(rows * columns)];
    Arrays.fill(values, 1);
    return kernels.tensor(values, rows, columns);
  }

  /** All inputs at the sizes of the largest. */
  static List<Tensor> expand(Kernels kernels, List<Tensor> inputs) {
    long[] sizes = shape("", inputs.stream().map(Broadcast::sizes).toList());
    long[] whole = new long[sizes.length + 1];
    System.arraycopy(sizes, 0, whole, 1, sizes.length);
    return inputs.stream().map(x -> expand(kernels, x, whole)).toList();
  }

  private static long[] sizes(Tensor x) {
    return Arrays.copyOfRange(x.shape(), 1, x.shape().length);
  }
}
