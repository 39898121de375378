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
 * whole, the weights by samples of each filter.
 */
final class PackedWeights {
  /** Forms that are kept: of a whole network, of its gradient, of parts of images. */
  private static final int FORMS = 3;

  private static final int SAMPLES_A_FILTER = 1;

  /** The weights in one form. */
  record Form(memory.desc layout, memory weights, memory bias) {}

  private final long[] shape;
  private final boolean turned;
  private final Normalization normalization;
  private final boolean biased;
  private final FloatIndexer weights;

  /** Bias, then gamma, beta, mean, variance; null where there is none. */
  private final FloatIndexer[] vectors;

  private final List<Form> forms = new ArrayList<>();
  private float[] samples;

  private PackedWeights(
      INDArray weights, Tensor bias, Normalization normalization, boolean turned) {
    this.shape = weights.shape().clone();
    this.turned = turned;
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
    return new PackedWeights(weights, bias, normalization, false);
  }

  /** For the gradient: {@code [in, out, kH, kW]}, rows and columns reversed. */
  static PackedWeights turned(INDArray weights, Normalization derivative) {
    return new PackedWeights(weights, null, derivative, true);
  }

  /** The weights in a form, as they are now. */
  synchronized Form in(OneDnn library, memory.desc layout) {
    float[] now = samples();
    if (!Arrays.equals(now, samples)) {
      samples = now;
      forms.clear();
    }
    for (Form form : forms) {
      if (form.layout.equals(layout)) {
        return form;
      }
    }
    if (forms.size() == FORMS) {
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
    if (turned) {
      long[] exchanged = {shape[1], shape[0], shape[2], shape[3]};
      return library.pack(turn(numbers), exchanged, new float[(int) shape[1]], layout);
    }
    return library.pack(numbers, shape, constants, layout);
  }

  private float[] turn(float[] numbers) {
    int out = (int) shape[0];
    int in = (int) shape[1];
    int cells = (int) (shape[2] * shape[3]);
    float[] result = new float[numbers.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        for (int c = 0; c < cells; c++) {
          result[(i * out + o) * cells + cells - 1 - c] = numbers[(o * in + i) * cells + c];
        }
      }
    }
    return result;
  }

  private long filter() {
    return shape[1] * shape[2] * shape[3];
  }

  /** The numbers by which a change is noticed. */
  private float[] samples() {
    int channels = (int) shape[0];
    int count = (int) Arrays.stream(vectors).filter(Objects::nonNull).count();
    float[] result = new float[channels * (SAMPLES_A_FILTER + count)];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (FloatIndexer vector : vectors) {
        if (vector != null) {
          result[at++] = vector.get(c);
        }
      }
      for (int i = 0; i < SAMPLES_A_FILTER; i++) {
        // A place that differs from filter to filter: a change of one input channel is seen too.
        long place = Math.floorMod(at * 0x9E3779B97F4A7C15L >>> 20, filter());
        result[at++] = weights.get(c * filter() + place);
      }
    }
    return result;
  }
}
