package org.gradcam4j.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution's weights with the normalisation behind it multiplied in, in the forms that oneDNN
 * asked for. They follow their sources: before each use biases and normalisation are compared
 * whole, the weights by samples, at least one of each filter and of each input channel.
 */
final class PackedWeights {
  /**
   * Forms that are kept. Occlusion's parts of images have many sizes, for which oneDNN asks for up
   * to five forms in turn: with fewer kept, each would be packed again and again, while compiled
   * convolutions hold on to the one that they ran with.
   */
  private static final int FORMS = 8;

  /** The weights in one form. */
  record Form(memory.desc layout, memory weights, memory bias) {}

  /** What is made of weights {@code [out, in, kH, kW]}. */
  @FunctionalInterface
  private interface Arrangement {
    /** Other numbers and their shape. */
    Arranged of(float[] numbers, long[] shape);
  }

  private record Arranged(float[] numbers, long[] shape) {}

  private final long[] shape;
  private final Arrangement arrangement;
  private final Normalization normalization;
  private final boolean biased;
  private final FloatIndexer weights;

  /** Bias, then gamma, beta, mean, variance; null where there is none. */
  private final FloatIndexer[] vectors;

  private final List<Form> forms = new ArrayList<>();
  private float[] samples;

  private PackedWeights(
      INDArray weights, Tensor bias, Normalization normalization, Arrangement arrangement) {
    this.shape = weights.shape().clone();
    this.arrangement = arrangement;
    this.normalization = normalization;
    this.biased = bias != null;
    this.weights = numbers(weights);
    Stream<Tensor> statistics =
        normalization == null
            ? Stream.of(null, null, null, null)
            : Stream.of(
                normalization.gamma(),
                normalization.beta(),
                normalization.mean(),
                normalization.variance());
    this.vectors =
        Stream.concat(Stream.of(bias), statistics)
            .map(vector -> vector == null ? null : numbers(Nd4jKernels.array(vector)))
            .toArray(FloatIndexer[]::new);
    this.samples = samples();
  }

  private static FloatIndexer numbers(INDArray array) {
    if (!OneDnnKernels.isContiguous(array)) {
      throw new IllegalArgumentException("parameters that do not lie side by side in memory");
    }
    FloatPointer address = new FloatPointer(array.data().addressPointer());
    return FloatIndexer.create(address.capacity(array.length()));
  }

  static PackedWeights forward(INDArray weights, Tensor bias, Normalization normalization) {
    return new PackedWeights(weights, bias, normalization, Arranged::new);
  }

  /** For the gradient: {@code [in, out, kH, kW]}, rows and columns reversed. */
  static PackedWeights turned(INDArray weights, Normalization derivative) {
    return phases(weights, derivative, 1, 1);
  }

  /**
   * For the gradient of a convolution with strides, {@code [sH sW in, out, ceil(kH / sH), ceil(kW /
   * sW)]}: each of the {@code sH sW} input cells that one step of the stride passes sees every
   * {@code sH}-th row and {@code sW}-th column of the kernel, reversed.
   */
  static PackedWeights phases(
      INDArray weights, Normalization derivative, int strideHeight, int strideWidth) {
    return new PackedWeights(
        weights,
        null,
        derivative,
        (numbers, shape) -> phases(numbers, shape, strideHeight, strideWidth));
  }

  /** The weights in a form, as they are now. */
  synchronized Form in(OneDnn library, memory.desc layout) {
    float[] now = samples();
    if (!Arrays.equals(now, samples)) {
      samples = now;
      forms.clear();
    }
    for (int i = forms.size() - 1; i >= 0; i--) {
      if (forms.get(i).layout.equals(layout)) {
        forms.add(forms.remove(i));
        return forms.get(forms.size() - 1);
      }
    }
    if (forms.size() == FORMS) {
      // That which was not used for longest.
      forms.remove(0);
    }
    Form form = fold(library, layout);
    forms.add(form);
    return form;
  }

  private Form fold(OneDnn library, memory.desc layout) {
    float[] numbers = new float[(int) (shape[0] * filter())];
    weights.get(0L, numbers);
    float[] constants = new float[(int) shape[0]];
    for (int c = 0; c < constants.length; c++) {
      double scale = 1;
      double constant = biased ? vectors[0].get(c) : 0;
      if (normalization != null) {
        scale = vectors[1].get(c) / Math.sqrt(vectors[4].get(c) + normalization.epsilon());
        constant = (constant - vectors[3].get(c)) * scale + vectors[2].get(c);
      }
      constants[c] = (float) constant;
      int filter = (int) filter();
      for (int i = c * filter; i < (c + 1) * filter; i++) {
        numbers[i] *= (float) scale;
      }
    }
    Arranged arranged = arrangement.of(numbers, shape);
    return library.pack(
        arranged.numbers,
        arranged.shape,
        Arrays.copyOf(constants, (int) arranged.shape[0]),
        layout);
  }

  private static Arranged phases(float[] numbers, long[] shape, int sh, int sw) {
    int out = (int) shape[0];
    int in = (int) shape[1];
    int kh = (int) shape[2];
    int kw = (int) shape[3];
    int rows = (kh + sh - 1) / sh;
    int columns = (kw + sw - 1) / sw;
    float[] result = new float[sh * sw * in * out * rows * columns];
    for (int n = 0; n < numbers.length; n++) {
      int j = n % kw;
      int i = n / kw % kh;
      int c = n / (kw * kh) % in;
      int o = n / (kw * kh * in);
      int phase = i % sh * sw + j % sw;
      int row = rows - 1 - i / sh;
      int column = columns - 1 - j / sw;
      result[(((phase * in + c) * out + o) * rows + row) * columns + column] = numbers[n];
    }
    return new Arranged(result, new long[] {(long) sh * sw * in, out, rows, columns});
  }

  private long filter() {
    return shape[1] * shape[2] * shape[3];
  }

  /** The numbers by which a change is noticed. */
  private float[] samples() {
    int out = (int) shape[0];
    long in = shape[1];
    long cells = shape[2] * shape[3];
    int samplesAFilter = (int) ((in + out - 1) / out);
    int count = (int) Arrays.stream(vectors).filter(Objects::nonNull).count();
    float[] result = new float[out * (samplesAFilter + count)];
    int at = 0;
    for (int c = 0; c < out; c++) {
      for (FloatIndexer vector : vectors) {
        if (vector != null) {
          result[at++] = vector.get(c);
        }
      }
      for (long n = (long) c * samplesAFilter; n < (c + 1L) * samplesAFilter; n++) {
        result[at++] = weights.get(c * filter() + n % in * cells + n % cells);
      }
    }
    return result;
  }
}
