package org.gradcam4j.zoo.network;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A graph in the making, in the field's terms. Activations are layers of their own, so that both
 * sides of a ReLU have a name. Sizes are given, not inferred: Deeplearning4j's inference goes wrong
 * after a subset of channels.
 */
final class GraphDraft {
  private static final String INPUT = "input";

  private final GraphBuilder builder;
  private String last = INPUT;

  GraphDraft(DataType type, WeightInit initialisation) {
    this.builder =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .dataType(type)
            .weightInit(initialisation)
            .convolutionMode(ConvolutionMode.Truncate)
            .activation(Activation.IDENTITY)
            .graphBuilder()
            .addInputs(INPUT);
  }

  /** The layer that was added last. */
  String last() {
    return last;
  }

  /** Goes on after another layer. */
  GraphDraft after(String layer) {
    last = layer;
    return this;
  }

  private GraphDraft add(String name, Layer layer) {
    builder.addLayer(name, layer, last);
    last = name;
    return this;
  }

  GraphDraft convolution(String name, int in, int out, int kernel, int stride, int padding) {
    return convolution(name, in, out, kernel, stride, padding, true);
  }

  GraphDraft convolution(
      String name, int in, int out, int kernel, int stride, int padding, boolean bias) {
    return add(name, convolution(in, out, kernel, stride, padding, bias));
  }

  private static Layer convolution(
      int in, int out, int kernel, int stride, int padding, boolean bias) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nIn(in)
        .nOut(out)
        .stride(stride, stride)
        .padding(padding, padding)
        .hasBias(bias)
        .build();
  }

  /** A convolution in two groups: channels halved, convolved as name_a and name_b, joined. */
  GraphDraft groupedConvolution(String name, int in, int out, int kernel, int padding) {
    String source = last;
    int half = in / 2;
    for (int group = 0; group < 2; group++) {
      String part = name + (group == 0 ? "_a" : "_b");
      builder.addVertex(
          part + "_in", new SubsetVertex(group * half, (group + 1) * half - 1), source);
      builder.addLayer(part, convolution(half, out / 2, kernel, 1, padding, true), part + "_in");
    }
    return join(name, name + "_a", name + "_b");
  }

  GraphDraft join(String name, String... layers) {
    builder.addVertex(name, new MergeVertex(), layers);
    last = name;
    return this;
  }

  GraphDraft sum(String name, String... layers) {
    builder.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), layers);
    last = name;
    return this;
  }

  GraphDraft relu(String name) {
    return add(name, new ActivationLayer(Activation.RELU));
  }

  GraphDraft batchNormalization(String name, int channels, double epsilon) {
    return add(
        name,
        new BatchNormalization.Builder()
            .nIn(channels)
            .nOut(channels)
            .eps(epsilon)
            .useLogStd(false)
            .build());
  }

  /** Caffe's normalisation, whose alpha is of the mean: Deeplearning4j's is of the sum. */
  GraphDraft caffeNormalization(String name) {
    int depth = 5;
    return add(
        name, new LocalResponseNormalization.Builder(1.0, depth, 1e-4 / depth, 0.75).build());
  }

  GraphDraft maxPool(String name, int kernel, int stride, int padding) {
    return add(
        name,
        new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
            .kernelSize(kernel, kernel)
            .stride(stride, stride)
            .padding(padding, padding)
            .build());
  }

  /**
   * Caffe's 3x3 pooling with stride 2, which rounds up: half of an even size, the last window cut
   * at the bottom and on the right.
   */
  GraphDraft halvingMaxPool(String name) {
    return add(
        name,
        new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
            .kernelSize(3, 3)
            .stride(2, 2)
            .convolutionMode(ConvolutionMode.Same)
            .build());
  }

  GraphDraft averagePool(String name, int kernel, int stride) {
    return add(
        name,
        new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
            .kernelSize(kernel, kernel)
            .stride(stride, stride)
            .build());
  }

  GraphDraft globalAveragePool(String name) {
    return add(name, new GlobalPoolingLayer.Builder(PoolingType.AVG).build());
  }

  /** Flattens {@code [channels, size, size]} for the dense layer that comes next. */
  GraphDraft flattenFor(String dense, int channels, int size) {
    builder.inputPreProcessor(dense, new CnnToFeedForwardPreProcessor(size, size, channels));
    return this;
  }

  GraphDraft dense(String name, int in, int out) {
    return add(name, new DenseLayer.Builder().nIn(in).nOut(out).build());
  }

  GraphDraft dropout(String name) {
    return dropout(name, 0.5);
  }

  GraphDraft dropout(String name, double kept) {
    return add(name, new DropoutLayer(kept));
  }

  /** A dense layer and softmax, to train with cross-entropy. */
  ComputationGraph softmaxOutput(String name, int in, int classes) {
    return output(
        name,
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(in)
            .nOut(classes)
            .activation(Activation.SOFTMAX)
            .build());
  }

  /** A dense layer and a sigmoid a class, to train with binary cross-entropy. */
  ComputationGraph sigmoidOutput(String name, int in, int classes) {
    return output(
        name,
        new OutputLayer.Builder(LossFunction.XENT)
            .nIn(in)
            .nOut(classes)
            .activation(Activation.SIGMOID)
            // Most classes are absent from most images.
            .biasInit(-1.5)
            .build());
  }

  /** Softmax alone, to train with cross-entropy. */
  ComputationGraph softmax(String name) {
    return output(
        name, new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build());
  }

  private ComputationGraph output(String name, Layer layer) {
    add(name, layer);
    ComputationGraph graph = new ComputationGraph(builder.setOutputs(name).build());
    graph.init();
    return graph;
  }
}
