package org.gradcam4j.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Kernels on the CPU whose convolutions and products call oneDNN itself: what follows a convolution
 * is done with it, 3x3 convolutions are Winograd's where oneDNN has them, and weights are
 * rearranged once for the form that the convolution wants. All else is {@link Nd4jKernels}'.
 *
 * <p>The rearranged weights are copies, which ND4J would make anew for each call: once the weights'
 * size, up to four times for Winograd's. Weights that changed are noticed by samples, at least one
 * of each filter and of each input channel: see {@link #parametersChanged}.
 */
public final class OneDnnKernels extends Nd4jKernels {
  /** Fewer than a vector holds. */
  private static final int FEW_CHANNELS = 16;

  /**
   * Up to this share of numbers that are not 0, a product by one thread that leaves out the others
   * is faster than oneDNN's whole one by two, whose threads are no help to Java's: they spin.
   */
  private static final double SPARSE = 0.3;

  /** For more rows than these, oneDNN reads the weights from its cache. */
  private static final int SPARSE_ROWS = 8;

  private final OneDnn library;
  private final Map<Key, PackedWeights> packed = new ConcurrentHashMap<>();

  /** What weights are arranged for. */
  private enum Use {
    FORWARD,
    GRADIENT,
    TURNED,
    PHASES
  }

  /** Weights and what is added, what follows them, and what they are for. */
  private record Key(Tensor weights, Tensor bias, Normalization normalization, Use use) {}

  private OneDnnKernels(OneDnn library) {
    super(DataType.FLOAT);
    this.library = library;
  }

  /** Such kernels, if this machine has the library: single precision only. */
  public static Optional<Kernels> load() {
    return OneDnn.library().map(OneDnnKernels::new);
  }

  @Override
  public Tensor convolution(
      Tensor x, Tensor weights, Tensor bias, Window window, Epilogue epilogue) {
    if (!isParameter(weights)) {
      return super.convolution(x, weights, bias, window, epilogue);
    }
    INDArray input = contiguous(array(x));
    INDArray kernel = array(weights);
    long height = input.size(1);
    long width = input.size(2);
    INDArray result =
        make(input.size(0), window.outputHeight(height), window.outputWidth(width), kernel.size(0));
    INDArray summand = epilogue.summand() == null ? null : contiguous(array(epilogue.summand()));
    PackedWeights own =
        packed.computeIfAbsent(
            new Key(weights, bias, epilogue.normalization(), Use.FORWARD),
            key -> PackedWeights.forward(kernel, bias, key.normalization));
    library.convolve(shape(input.shape(), kernel, window, epilogue), input, own, summand, result);
    return new Nd4jTensor(result);
  }

  private static ConvolutionShape shape(
      long[] input, INDArray kernel, Window window, Epilogue epilogue) {
    return new ConvolutionShape(
        input[0],
        input[1],
        input[2],
        kernel.size(1),
        window.outputHeight(input[1]),
        window.outputWidth(input[2]),
        kernel.size(0),
        window.kernelHeight(),
        window.kernelWidth(),
        window.strideHeight(),
        window.strideWidth(),
        window.dilationHeight(),
        window.dilationWidth(),
        window.paddingTop(input[1]),
        window.paddingLeft(input[2]),
        epilogue.summand() != null,
        epilogue.rectified());
  }

  @Override
  public Tensor convolution(Tensor x, Tensor weights, Tensor bias, Window window) {
    return isParameter(weights)
        ? convolution(x, weights, bias, window, Epilogue.NONE)
        : super.convolution(x, weights, bias, window);
  }

  @Override
  public Tensor convolutionInputGradient(
      Tensor gradient, Tensor weights, Window window, long height, long width) {
    return isParameter(weights)
        ? convolutionInputGradient(gradient, weights, window, height, width, null)
        : super.convolutionInputGradient(gradient, weights, window, height, width);
  }

  @Override
  public Tensor convolutionInputGradient(
      Tensor gradient,
      Tensor weights,
      Window window,
      long height,
      long width,
      Normalization derivative) {
    if (!isParameter(weights)) {
      return super.convolutionInputGradient(gradient, weights, window, height, width, derivative);
    }
    INDArray g = contiguous(array(gradient));
    INDArray kernel = array(weights);
    INDArray result = make(g.size(0), height, width, kernel.size(1));
    boolean unitStride = window.strideHeight() == 1 && window.strideWidth() == 1;
    boolean paddedLess =
        window.paddingTop(height) < window.effectiveHeight()
            && window.paddingLeft(width) < window.effectiveWidth();
    boolean dense = window.dilationHeight() == 1 && window.dilationWidth() == 1;
    if (unitStride && paddedLess) {
      // A convolution by the weights turned round, out and in exchanged.
      PackedWeights turned =
          packed.computeIfAbsent(
              new Key(weights, null, derivative, Use.TURNED),
              key -> PackedWeights.turned(kernel, key.normalization));
      long top = window.effectiveHeight() - 1 - window.paddingTop(height);
      long left = window.effectiveWidth() - 1 - window.paddingLeft(width);
      library.convolve(
          back(
              g.shape(),
              result.shape(),
              new long[] {window.kernelHeight(), window.kernelWidth()},
              new long[] {window.dilationHeight(), window.dilationWidth()},
              top,
              left),
          g,
          turned,
          null,
          result);
    } else if (paddedLess && dense && kernel.size(1) < FEW_CHANNELS) {
      inPhases(g, weights, window, derivative, result);
    } else {
      PackedWeights plain =
          packed.computeIfAbsent(
              new Key(weights, null, derivative, Use.GRADIENT),
              key -> PackedWeights.forward(kernel, null, key.normalization));
      long[] input = {g.size(0), height, width};
      library.gradient(shape(input, kernel, window, Epilogue.NONE), g, plain, result);
    }
    return new Nd4jTensor(result);
  }

  /**
   * The gradient of a convolution with strides as one without, whose output has a channel for each
   * cell that a stride passes: {@code [N, ceil(H / s), ceil(W / s), s s C]}. oneDNN's own gradient
   * leaves most of its vectors empty where an input has few channels.
   */
  private void inPhases(
      INDArray g, Tensor weights, Window window, Normalization derivative, INDArray result) {
    int strideHeight = window.strideHeight();
    int strideWidth = window.strideWidth();
    PackedWeights phases =
        packed.computeIfAbsent(
            new Key(weights, null, derivative, Use.PHASES),
            key ->
                PackedWeights.phases(array(weights), key.normalization, strideHeight, strideWidth));
    long height = result.size(1);
    long width = result.size(2);
    long channels = result.size(3);
    long paddingTop = window.paddingTop(height);
    long paddingLeft = window.paddingLeft(width);
    long firstRow = paddingTop / strideHeight;
    long firstColumn = paddingLeft / strideWidth;
    long rows = (paddingTop + height - 1) / strideHeight - firstRow + 1;
    long columns = (paddingLeft + width - 1) / strideWidth - firstColumn + 1;
    long kernelHeight = (window.kernelHeight() + strideHeight - 1) / strideHeight;
    long kernelWidth = (window.kernelWidth() + strideWidth - 1) / strideWidth;
    INDArray cells = make(g.size(0), rows, columns, strideHeight * strideWidth * channels);
    library.convolve(
        back(
            g.shape(),
            cells.shape(),
            new long[] {kernelHeight, kernelWidth},
            new long[] {1, 1},
            kernelHeight - 1 - firstRow,
            kernelWidth - 1 - firstColumn),
        g,
        phases,
        null,
        cells);
    int skippedRows = (int) (paddingTop - firstRow * strideHeight);
    int skippedColumns = (int) (paddingLeft - firstColumn * strideWidth);
    sideBySide(cells, strideHeight, strideWidth, skippedRows, skippedColumns, result);
  }

  /**
   * Puts cells {@code [N, H', W', s s C]} side by side, {@code [N, H, W, C]}. In Java, which is
   * four times faster than ND4J's copies of permuted arrays.
   */
  private static void sideBySide(
      INDArray cells, int strideHeight, int strideWidth, int top, int left, INDArray result) {
    int rows = (int) cells.size(1);
    int height = (int) result.size(1);
    int channels = (int) result.size(3);
    int from = strideWidth * channels;
    int width = (int) result.size(2) * channels;
    float[] source = new float[(int) cells.length()];
    new FloatPointer(OneDnn.address(cells)).get(source);
    float[] pixels = new float[(int) result.length()];
    int cellsOfRow = source.length / (int) (cells.size(0) * rows);
    for (int n = 0; n < result.size(0); n++) {
      for (int h = 0; h < height; h++) {
        int row = (n * rows + (h + top) / strideHeight) * cellsOfRow;
        int phase = (h + top) % strideHeight * from;
        int at = (n * height + h) * width;
        for (int i = 0; i < width; i++) {
          int column = i + left * channels;
          pixels[at + i] =
              source[row + column / from * strideHeight * from + phase + column % from];
        }
      }
    }
    new FloatPointer(OneDnn.address(result)).put(pixels);
  }

  /** A convolution of gradients {@code [N, H', W', out]} to {@code [N, H, W, in]}. */
  private static ConvolutionShape back(
      long[] from, long[] to, long[] kernel, long[] dilation, long top, long left) {
    return new ConvolutionShape(
        from[0],
        from[1],
        from[2],
        from[3],
        to[1],
        to[2],
        to[3],
        kernel[0],
        kernel[1],
        1,
        1,
        dilation[0],
        dilation[1],
        top,
        left,
        false,
        false);
  }

  @Override
  public Tensor product(Tensor x, Tensor w, boolean transposed) {
    INDArray weights = array(w);
    int in = transposed ? 1 : 0;
    int out = transposed ? 0 : 1;
    long[] strides = {weights.stride(in), weights.stride(out)};
    boolean dense = strides[0] == 1 || strides[1] == 1;
    if (!dense || weights.size(0) == 1 || weights.size(1) == 1) {
      return super.product(x, w, transposed);
    }
    INDArray left = contiguous(array(x));
    INDArray result = make(left.size(0), weights.size(out));
    if (strides[1] == 1
        && left.size(0) <= SPARSE_ROWS
        && multiplyFew(left, weights, strides[0], result)) {
      return new Nd4jTensor(result);
    }
    library.multiply(
        new ProductShape(left.size(0), weights.size(in), weights.size(out), strides[0], strides[1]),
        left,
        weights,
        result);
    return new Nd4jTensor(result);
  }

  /**
   * The product where few numbers are not 0, as in the gradient of a class's score and behind a
   * rectifier: only their rows of the weights are read.
   *
   * @return whether it was done; if not, too many are not 0
   */
  private static boolean multiplyFew(INDArray x, INDArray weights, long stride, INDArray result) {
    int in = (int) x.size(1);
    int out = (int) result.size(1);
    float[] factors = new float[(int) x.length()];
    new FloatPointer(OneDnn.address(x)).get(factors);
    boolean[] nonzero = new boolean[in];
    for (int i = 0; i < factors.length; i++) {
      nonzero[i % in] |= factors[i] != 0;
    }
    int[] used = IntStream.range(0, in).filter(k -> nonzero[k]).toArray();
    if (used.length > SPARSE * in) {
      return false;
    }
    FloatPointer rows = new FloatPointer(OneDnn.address(weights));
    float[] row = new float[out];
    float[][] sums = new float[(int) x.size(0)][out];
    for (int k : used) {
      rows.position(k * stride).get(row);
      for (int n = 0; n < sums.length; n++) {
        float factor = factors[n * in + k];
        float[] sum = sums[n];
        for (int i = 0; i < out; i++) {
          sum[i] += factor * row[i];
        }
      }
    }
    FloatPointer products = new FloatPointer(OneDnn.address(result));
    for (int n = 0; n < sums.length; n++) {
      products.position((long) n * out).put(sums[n]);
    }
    return true;
  }

  @Override
  public Tensor where(Tensor x, Tensor gradient, int[] rows) {
    return byRow(
        contiguous(array(x)),
        contiguous(array(gradient)),
        rows,
        array(gradient),
        library::rectifierGradient);
  }

  @Override
  public Tensor localResponseNormalizationGradient(
      Tensor x, Tensor gradient, int[] rows, int depth, double k, double alpha, double beta) {
    return byRow(
        contiguous(array(x)),
        contiguous(array(gradient)),
        rows,
        array(gradient),
        (input, g, result) ->
            library.localResponseGradient(
                new CompiledLocalResponseGradient.Shape(
                    g.size(0),
                    g.size(1),
                    g.size(2),
                    g.size(3),
                    2 * (depth / 2) + 1,
                    k,
                    alpha,
                    beta),
                input,
                g,
                result));
  }

  @Override
  public Tensor batchNormalization(Tensor x, Normalization by) {
    INDArray input = contiguous(array(x));
    boolean sideBySide =
        Stream.of(by.gamma(), by.beta(), by.mean(), by.variance())
            .allMatch(vector -> isContiguous(array(vector)));
    if (input.rank() != 4 || !sideBySide) {
      return super.batchNormalization(x, by);
    }
    INDArray result = make(input.shape());
    library.normalize(input, by, result);
    return new Nd4jTensor(result);
  }

  /** Forgets the rearranged weights: after single numbers of them were changed by hand. */
  @Override
  public void parametersChanged() {
    packed.clear();
  }

  @Override
  public void close() {
    parametersChanged();
    super.close();
  }

  /** Whether the weights stay where they are: not those that a rule computes during a pass. */
  private static boolean isParameter(Tensor weights) {
    INDArray array = array(weights);
    return !array.isAttached() && isContiguous(array);
  }
}
