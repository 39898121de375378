package org.gradcam4j.kernel;

import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The array operations of forward passes, backward passes and methods.
 *
 * <p>Activations are {@code [N, H, W, C]} or {@code [N, F]}; convolution weights {@code [out, in,
 * kH, kW]}, dense weights {@code [in, out]}, vectors {@code [C]}. Operations never change their
 * arguments, except the ones named {@code ...InPlace}, and allocate their result in the innermost
 * open scope of the thread. They take the tensors that the same kernels made. An instance may be
 * used by many threads at once.
 *
 * <p><b>Rows.</b> A backward pass may hold several targets of one image: gradients have {@code R}
 * rows, activations {@code N}, and {@code rows[r]} is the image of gradient row r. Operations that
 * combine both take that array.
 */
public interface Kernels extends AutoCloseable {

  /** The fastest on this machine for parameters of this type. */
  static Kernels fastest(DataType type) {
    Optional<Kernels> direct =
        type == DataType.FLOAT && Nd4j.getEnvironment().isCPU()
            ? OneDnnKernels.load()
            : Optional.empty();
    return direct.orElseGet(() -> new Nd4jKernels(type));
  }

  /** Opens a scope on this thread; until it closes, results live in it. */
  Scope open();

  /** A tensor with the given values in row-major order, copied. */
  Tensor tensor(double[] values, long... shape);

  /**
   * A tensor of an array of Deeplearning4j's: a parameter, in the axes that its user gives it, or a
   * gradient that was brought. It lives as long as the array, and shares its memory if the kernels
   * compute on such arrays; others copy it, and are given it again when it has changed.
   */
  Tensor adopt(INDArray array);

  /**
   * The values as Deeplearning4j's users know them: an activation as {@code [N, C, H, W]}, anything
   * else in its own axes. It may share the tensor's memory and life.
   */
  INDArray view(Tensor tensor);

  /** The values in row-major order, copied out. */
  double[] values(Tensor tensor);

  /** The values in row-major order as floats, copied out. */
  float[] floats(Tensor tensor);

  /** {@code [N, C, H, W]} to {@code [N, H, W, C]}. */
  Tensor channelsLast(Tensor channelsFirst);

  /** {@code [N, H, W, C]} to {@code [N, C, H, W]}. */
  Tensor channelsFirst(Tensor channelsLast);

  /** The same values with other sizes; shares memory with its argument. */
  Tensor reshape(Tensor x, long... shape);

  /** One row an entry: row r is row {@code rows[r]} of the argument. */
  Tensor gatherRows(Tensor x, int[] rows);

  /** {@code [R, width]} with a 1 in row r at {@code columns[r]}. */
  Tensor oneHot(int[] columns, int width);

  /** Convolution: {@code [N, H, W, in] -> [N, H', W', out]}; {@code bias} may be null. */
  Tensor convolution(Tensor x, Tensor weights, Tensor bias, Window window);

  /** Convolution and what follows it, for implementations that do both at once. */
  default Tensor convolution(
      Tensor x, Tensor weights, Tensor bias, Window window, Epilogue epilogue) {
    Tensor y = convolution(x, weights, bias, window);
    if (epilogue.normalization() != null) {
      y = batchNormalization(y, epilogue.normalization());
    }
    if (epilogue.summand() != null) {
      y = addInPlace(y, epilogue.summand());
    }
    return epilogue.rectified() ? reluInPlace(y) : y;
  }

  /** Its transpose: {@code [R, H', W', out] -> [R, height, width, in]}. */
  Tensor convolutionInputGradient(
      Tensor gradient, Tensor weights, Window window, long height, long width);

  /**
   * Its transpose where a normalisation follows the convolution, whose derivative is {@link
   * #batchNormalization} by {@code derivative}, without mean and constant.
   */
  default Tensor convolutionInputGradient(
      Tensor gradient,
      Tensor weights,
      Window window,
      long height,
      long width,
      Normalization derivative) {
    return convolutionInputGradient(
        batchNormalization(gradient, derivative), weights, window, height, width);
  }

  /**
   * Convolution of each channel by filters of its own, {@code [kH, kW, C, M]}: {@code [N, H, W, C]
   * -> [N, H', W', C M]}; {@code bias} may be null.
   */
  Tensor depthwiseConvolution(Tensor x, Tensor weights, Tensor bias, Window window);

  /** Its transpose: {@code [R, H', W', C M] -> [R, height, width, C]}. */
  Tensor depthwiseConvolutionInputGradient(
      Tensor gradient, Tensor weights, Window window, long height, long width);

  /** {@code x w}, or {@code x w^T} when {@code transposed}. */
  Tensor product(Tensor x, Tensor w, boolean transposed);

  /** Adds a vector {@code [C]} to every cell of {@code x}, which it overwrites. */
  Tensor addVectorInPlace(Tensor x, Tensor vector);

  /** Maximum of each window. */
  Tensor maxPool(Tensor x, Window window);

  /** Gives each window's gradient to its maximum, the first in row-major order of equals. */
  Tensor maxPoolGradient(Tensor x, Tensor gradient, int[] rows, Window window);

  /** Mean of each window; over the cells inside the image only, unless {@code countPadding}. */
  Tensor averagePool(Tensor x, Window window, boolean countPadding);

  /** The transpose of {@link #averagePool}. */
  Tensor averagePoolGradient(
      Tensor gradient, Window window, boolean countPadding, long height, long width);

  /** Mean over space: {@code [N, H, W, C] -> [N, C]}. */
  Tensor spatialMean(Tensor x);

  /** Every cell gets the row's vector times the factor: {@code [R, C] -> [R, H, W, C]}. */
  Tensor spread(Tensor x, long height, long width, double factor);

  /**
   * {@code sum_c x[rows[r], i, j, c] weights[r, c]}: {@code [N, H, W, C], [R, C] -> [R, H, W, 1]}.
   */
  Tensor weightedChannelSum(Tensor x, Tensor weights, int[] rows);

  /** {@code x / (k + alpha sum_{c' within depth / 2 of c} x[c']^2)^beta} over channels. */
  Tensor localResponseNormalization(Tensor x, int depth, double k, double alpha, double beta);

  /** The gradient of {@link #localResponseNormalization}. */
  Tensor localResponseNormalizationGradient(
      Tensor x, Tensor gradient, int[] rows, int depth, double k, double alpha, double beta);

  /** {@code gamma (x - mean) / sqrt(variance + epsilon) + beta} of each channel. */
  Tensor batchNormalization(Tensor x, Normalization by);

  /** {@code 10^(2 x)}: the variance that is stored as a decimal logarithm of the deviation. */
  Tensor varianceOfLog10Deviation(Tensor x);

  /** {@code max(x, 0)}. */
  Tensor relu(Tensor x);

  /** {@code max(x, 0)}, which overwrites {@code x}. */
  Tensor reluInPlace(Tensor x);

  /** {@code x} where {@code x > 0}, else {@code slope x}. */
  Tensor leakyRelu(Tensor x, double slope);

  /** A function of each number; it must be pure: several threads call it. */
  Tensor map(Tensor x, DoubleUnaryOperator function);

  /** {@code gradient} where {@code x > 0}, else 0. */
  Tensor where(Tensor x, Tensor gradient, int[] rows);

  /** {@code 1 / (1 + exp(-x))}. */
  Tensor sigmoid(Tensor x);

  /** Hyperbolic tangent. */
  Tensor tanh(Tensor x);

  /** Softmax over the last axis. */
  Tensor softmax(Tensor x);

  /** {@code y (g - sum(g y))} over the last axis, for {@code y = softmax(x)}. */
  Tensor softmaxGradient(Tensor y, Tensor gradient, int[] rows);

  /** {@code a + b}. */
  Tensor add(Tensor a, Tensor b);

  /** {@code a + b}, which overwrites {@code a}. */
  Tensor addInPlace(Tensor a, Tensor b);

  /** {@code a - b}. */
  Tensor subtract(Tensor a, Tensor b);

  /** {@code x factor}. */
  Tensor scale(Tensor x, double factor);

  /** {@code x gradient}, row by row. */
  Tensor multiply(Tensor x, Tensor gradient, int[] rows);

  /** {@code gradient / x}, row by row; 0 where {@code x} is 0. */
  Tensor divide(Tensor gradient, Tensor x, int[] rows);

  /** Joins along channels. */
  Tensor concatenate(Tensor... parts);

  /** Channels {@code from} to {@code from + count - 1}. */
  Tensor channels(Tensor x, int from, int count);

  /** Joins along the first axis: rows. */
  Tensor stack(Tensor... parts);

  /**
   * Blocks of cells become channels: {@code [N, H, W, C] -> [N, H / b, W / b, b b C]}, cell (i, j)
   * of a block at channel {@code (i b + j) C}.
   */
  Tensor spaceToDepth(Tensor x, int block);

  /** Its inverse. */
  Tensor depthToSpace(Tensor x, int block);

  /** Zeros, with {@code x} at the given place of the last three axes. */
  Tensor embed(Tensor x, long top, long left, long channel, long height, long width, long depth);

  /** The part of {@code x} at the given place. */
  Tensor crop(Tensor x, long top, long left, long height, long width);

  /**
   * Windows of one image in which a part has other values: {@code [N, H, W, C], [R, h, w, C] -> [R,
   * height, width, C]}. Each row shows the image at its place, with its part laid over it.
   *
   * @param image the row of {@code x}
   * @param parts other values, or null for none
   * @param partsAt where each part lies in the image
   * @param at where each window lies in the image; it may stand out
   * @param outside the value of what stands out
   */
  Tensor windows(
      Tensor x,
      int image,
      Tensor parts,
      Places partsAt,
      Places at,
      long height,
      long width,
      double outside);

  /** Sets a rectangle of one row to zero, in place. */
  void clearRectangle(Tensor x, int row, long top, long left, long height, long width);

  /** Sum over channels: {@code [N, H, W, C] -> [N, H, W, 1]}. */
  Tensor channelSum(Tensor x);

  /** {@code x}, with 1 in the place of each 0. */
  Tensor oneWhereZero(Tensor x);

  /** A tensor with the given values in row-major order, copied. */
  Tensor tensor(float[] values, long... shape);

  /**
   * {@code x[rows[r], i, j, c] planes[r, i, j]}: {@code [N, H, W, C], [R, H, W, 1] -> [R, H, W,
   * C]}.
   */
  Tensor multiplyPlanes(Tensor x, Tensor planes, int[] rows);

  /** Sets a channel of one row to zero, in place. */
  void clearChannel(Tensor x, int row, int channel);

  /**
   * Forgets what was computed from parameters. Training and loading are noticed without it; call it
   * after single numbers of the weights were changed.
   */
  default void parametersChanged() {}

  /** Bytes that closed scopes left for reuse, as far as they are known. */
  default long reusable() {
    return 0;
  }

  /** Frees the memory that closed scopes left for reuse. */
  @Override
  void close();
}
