package org.gradcam4j.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kernels on the CPU whose convolutions and products call oneDNN itself: what follows a convolution
 * is done with it, 3x3 convolutions are Winograd's where oneDNN has them, and weights are
 * rearranged once for the form that the convolution wants. All else is {@link Nd4jKernels}'.
 *
 * <p>The rearranged weights are copies, which ND4J would make anew for each call: once the weights'
 * size, up to four times for Winograd's. Weights that changed are noticed by samples, some of each
 * filter: see {@link #parametersChanged}.
 */
public final class OneDnnKernels extends Nd4jKernels {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnnKernels.class);

  private final OneDnn library;
  private final Map<Key, PackedWeights> packed = new ConcurrentHashMap<>();

  /** What weights are arranged for. */
  private enum Use {
    FORWARD,
    GRADIENT,
    TURNED
  }

  /** Weights and what is added, what follows them, and what they are for. */
  private record Key(Tensor weights, Tensor bias, Normalization normalization, Use use) {}

  private OneDnnKernels(OneDnn library) {
    super(DataType.FLOAT);
    this.library = library;
  }

  /** Such kernels, if this machine has the library: single precision only. */
  public static Optional<Kernels> load() {
    try {
      return Optional.of(new OneDnnKernels(OneDnn.load()));
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      LOG.info(
          "oneDNN's library cannot be loaded, so convolutions go through ND4J at half the speed"
              + " ({}); on Linux it needs libOpenCL.so.1 (Debian: ocl-icd-libopencl1)",
          e.getMessage());
      return Optional.empty();
    }
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
    long top = window.effectiveHeight() - 1 - window.paddingTop(height);
    long left = window.effectiveWidth() - 1 - window.paddingLeft(width);
    boolean unitStride = window.strideHeight() == 1 && window.strideWidth() == 1;
    if (unitStride && top >= 0 && left >= 0) {
      // A convolution by the weights turned round, out and in exchanged.
      PackedWeights turned =
          packed.computeIfAbsent(
              new Key(weights, null, derivative, Use.TURNED),
              key -> PackedWeights.turned(kernel, key.normalization));
      library.convolve(
          new ConvolutionShape(
              g.size(0),
              g.size(1),
              g.size(2),
              kernel.size(0),
              height,
              width,
              kernel.size(1),
              window.kernelHeight(),
              window.kernelWidth(),
              1,
              1,
              window.dilationHeight(),
              window.dilationWidth(),
              top,
              left,
              false,
              false),
          g,
          turned,
          null,
          result);
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
    library.multiply(
        new ProductShape(left.size(0), weights.size(in), weights.size(out), strides[0], strides[1]),
        left,
        weights,
        result);
    return new Nd4jTensor(result);
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
