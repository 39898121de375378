package org.gradcam4j;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Random networks of 3x24x20 images and 4 classes, large enough that a part of the image changes a
 * part of their layers: the architectures that published networks are made of, at few channels.
 */
public final class RegionNetworks {
  /** Rows, columns and channels of the input, and the classes. */
  public static final int HEIGHT = 24, WIDTH = 20, CHANNELS = 3, CLASSES = 4;

  private final GraphBuilder graph;

  private RegionNetworks(DataType type) {
    graph =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(type)
            .weightInit(WeightInit.RELU)
            .convolutionMode(ConvolutionMode.Truncate)
            .graphBuilder()
            .addInputs("in");
  }

  /** All that score classes, with random parameters of the type. */
  public static Map<String, ComputationGraph> classifiers(DataType type) {
    Map<String, ComputationGraph> graphs = new LinkedHashMap<>();
    graphs.put("stacked convolutions", stacked(type));
    graphs.put("maximum of negative numbers", negativeMaximum(type));
    graphs.put("mean with padding", mean(type, true, ConvolutionMode.Truncate));
    graphs.put("mean without padding", mean(type, false, ConvolutionMode.Truncate));
    graphs.put("mean with padding in Same mode", mean(type, true, ConvolutionMode.Same));
    graphs.put("mean without padding in Same mode", mean(type, false, ConvolutionMode.Same));
    graphs.put("residual blocks", residual(type));
    graphs.put("inception branches", inception(type));
    graphs.put("groups", groups(type));
    graphs.put("depthwise convolutions", depthwise(type));
    graphs.put("gates", gates(type));
    return graphs;
  }

  /** Classifiers, networks whose output is a map, and one of two outputs. */
  public static Map<String, ComputationGraph> all(DataType type) {
    Map<String, ComputationGraph> graphs = classifiers(type);
    graphs.put("map of classes", maps(type));
    graphs.put("two outputs", twoOutputs(type));
    return graphs;
  }

  private static ComputationGraph stacked(DataType type) {
    RegionNetworks n = new RegionNetworks(type);
    n.conv("a", "in", 6, 5, 2, 2, Activation.RELU);
    n.graph.addLayer("b", convolution(7, 3).convolutionMode(ConvolutionMode.Same).build(), "a");
    n.graph.addLayer("c", convolution(5, 3).dilation(2, 2).padding(2, 2).build(), "b");
    n.graph.addLayer(
        "d", convolution(17, 3).stride(2, 2).convolutionMode(ConvolutionMode.Same).build(), "c");
    n.graph.addLayer(
        "e", new ConvolutionLayer.Builder(1, 2).nOut(6).activation(Activation.TANH).build(), "d");
    n.graph.addLayer(
        "f", new DenseLayer.Builder().nOut(8).activation(Activation.RELU).build(), "e");
    return n.classes("f");
  }

  /** Where a padding of zeros would be the largest number of its window. */
  private static ComputationGraph negativeMaximum(DataType type) {
    RegionNetworks n = new RegionNetworks(type);
    n.graph.addLayer(
        "a",
        convolution(6, 3).padding(1, 1).biasInit(-9).activation(Activation.IDENTITY).build(),
        "in");
    n.pool("b", "a", SubsamplingLayer.PoolingType.MAX, 3, 2, 1);
    n.graph.addLayer(
        "c",
        convolution(5, 3).padding(1, 1).biasInit(-30).activation(Activation.IDENTITY).build(),
        "b");
    n.graph.addLayer(
        "d",
        new SubsamplingLayer.Builder(
                SubsamplingLayer.PoolingType.MAX, new int[] {3, 2}, new int[] {2, 1})
            .convolutionMode(ConvolutionMode.Same)
            .build(),
        "c");
    return n.classes("d");
  }

  private static ComputationGraph mean(DataType type, boolean counted, ConvolutionMode mode) {
    RegionNetworks n = new RegionNetworks(type);
    n.conv("a", "in", 5, 3, 1, 1, Activation.RELU);
    int padding = mode == ConvolutionMode.Same ? 0 : 1;
    n.graph.addLayer("b", mean(counted, mode, padding, 3, 1), "a");
    n.conv("c", "b", 6, 3, 1, 1, Activation.IDENTITY);
    n.graph.addLayer("d", mean(counted, mode, padding, 2, 2), "c");
    n.graph.addLayer("e", mean(counted, ConvolutionMode.Truncate, 0, 2, 2), "d");
    return n.classes("e");
  }

  private static SubsamplingLayer mean(
      boolean counted, ConvolutionMode mode, int padding, int kernel, int stride) {
    return new SubsamplingLayer.Builder(
            SubsamplingLayer.PoolingType.AVG,
            new int[] {kernel, kernel},
            new int[] {stride, stride})
        .padding(padding, padding)
        .convolutionMode(mode)
        .avgPoolIncludePadInDivisor(counted)
        .build();
  }

  private static ComputationGraph residual(DataType type) {
    RegionNetworks n = new RegionNetworks(type);
    n.normalised("a", "in", 6, 7, 2, 3);
    n.relu("a.relu", "a");
    n.pool("pool", "a.relu", SubsamplingLayer.PoolingType.MAX, 3, 2, 1);
    n.block("b", "pool", 6, 1);
    n.block("c", "b", 8, 2);
    n.block("d", "c", 8, 1);
    n.globalMean("gap", "d");
    return n.classes("gap");
  }

  private static ComputationGraph inception(DataType type) {
    RegionNetworks n = new RegionNetworks(type);
    n.conv("a", "in", 6, 3, 1, 1, Activation.RELU);
    n.conv("one", "a", 3, 1, 1, 0, Activation.RELU);
    n.conv("three.reduce", "a", 4, 1, 1, 0, Activation.RELU);
    n.conv("three", "three.reduce", 5, 3, 1, 1, Activation.RELU);
    n.conv("five.reduce", "a", 2, 1, 1, 0, Activation.RELU);
    n.conv("five", "five.reduce", 3, 5, 1, 2, Activation.RELU);
    n.pool("pool", "a", SubsamplingLayer.PoolingType.MAX, 3, 1, 1);
    n.conv("pool.project", "pool", 4, 1, 1, 0, Activation.RELU);
    n.graph.addVertex("b", new MergeVertex(), "one", "three", "five", "pool.project");
    n.conv("smaller", "b", 6, 3, 2, 1, Activation.RELU);
    n.pool("smaller.pool", "b", SubsamplingLayer.PoolingType.MAX, 3, 2, 1);
    n.graph.addVertex("c", new MergeVertex(), "smaller", "smaller.pool");
    n.globalMean("gap", "c");
    return n.classes("gap");
  }

  /** AlexNet's: groups of channels, normalised across channels. */
  private static ComputationGraph groups(DataType type) {
    RegionNetworks n = new RegionNetworks(type);
    n.graph.addLayer("a", convolution(8, 5).nIn(CHANNELS).stride(2, 2).build(), "in");
    n.graph.addLayer("norm", new LocalResponseNormalization.Builder(1, 5, 0.5, 0.75).build(), "a");
    n.pool("pool", "norm", SubsamplingLayer.PoolingType.MAX, 3, 1, 0);
    n.graph.addVertex("left", new SubsetVertex(0, 3), "pool");
    n.graph.addVertex("right", new SubsetVertex(4, 7), "pool");
    n.graph.addLayer("b_left", convolution(3, 3).nIn(4).padding(1, 1).build(), "left");
    n.graph.addLayer("b_right", convolution(5, 3).nIn(4).padding(1, 1).build(), "right");
    n.graph.addVertex("b", new MergeVertex(), "b_left", "b_right");
    n.graph.addLayer("gmp", new GlobalPoolingLayer.Builder(PoolingType.MAX).build(), "b");
    n.graph.addLayer("out", softmax(8), "gmp");
    return n.finish("out");
  }

  /** MobileNet's. */
  private static ComputationGraph depthwise(DataType type) {
    RegionNetworks n = new RegionNetworks(type);
    n.normalised("a", "in", 6, 3, 2, 1);
    n.relu("a.relu", "a");
    n.graph.addLayer(
        "b",
        new DepthwiseConvolution2D.Builder(3, 3)
            .depthMultiplier(2)
            .nOut(12)
            .padding(1, 1)
            .activation(Activation.RELU)
            .build(),
        "a.relu");
    n.graph.addLayer(
        "c",
        new SeparableConvolution2D.Builder(3, 3)
            .nOut(7)
            .stride(2, 2)
            .convolutionMode(ConvolutionMode.Same)
            .activation(Activation.LEAKYRELU)
            .build(),
        "b");
    n.globalMean("gap", "c");
    return n.classes("gap");
  }

  /** Squeeze and excitation: each channel is scaled by a number of the whole image. */
  private static ComputationGraph gates(DataType type) {
    RegionNetworks n = new RegionNetworks(type);
    n.graph.addLayer("a", convolution(6, 3).nIn(CHANNELS).stride(2, 2).padding(1, 1).build(), "in");
    n.graph.addLayer(
        "squeeze",
        new GlobalPoolingLayer.Builder(PoolingType.AVG).collapseDimensions(false).build(),
        "a");
    n.graph.addLayer(
        "gate", convolution(6, 1).nIn(6).activation(Activation.SIGMOID).build(), "squeeze");
    n.graph.addVertex("b", new ElementWiseVertex(ElementWiseVertex.Op.Product), "a", "gate");
    n.graph.addLayer("c", convolution(5, 3).nIn(6).build(), "b");
    n.graph.addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "c");
    n.graph.addLayer("out", softmax(5), "gap");
    return n.finish("out");
  }

  /** A segmentation: down, up, and the way across. */
  private static ComputationGraph maps(DataType type) {
    RegionNetworks n = new RegionNetworks(type);
    n.conv("a", "in", 5, 3, 1, 1, Activation.RELU);
    n.pool("down", "a", SubsamplingLayer.PoolingType.MAX, 2, 2, 0);
    n.conv("b", "down", 6, 3, 1, 1, Activation.RELU);
    n.graph.addLayer("up", new Upsampling2D.Builder(2).build(), "b");
    n.graph.addVertex("across", new MergeVertex(), "a", "up");
    n.conv("c", "across", CLASSES, 3, 1, 1, Activation.IDENTITY);
    n.graph.addLayer(
        "out",
        new CnnLossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build(),
        "c");
    return n.finish("out");
  }

  private static ComputationGraph twoOutputs(DataType type) {
    RegionNetworks n = new RegionNetworks(type);
    n.conv("a", "in", 6, 3, 1, 1, Activation.RELU);
    n.conv("b", "a", 5, 3, 2, 1, Activation.RELU);
    n.globalMean("gap", "b");
    n.graph.addLayer("out", softmax(0), "gap");
    n.conv("map", "a", 2, 3, 1, 1, Activation.IDENTITY);
    n.graph.addLayer(
        "map.out",
        new CnnLossLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID).build(),
        "map");
    return n.finish("out", "map.out");
  }

  private static ConvolutionLayer.Builder convolution(int out, int kernel) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(out)
        .activation(Activation.RELU)
        .biasInit(0.1);
  }

  private static OutputLayer softmax(int in) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .biasInit(0.05)
        .build();
  }

  private void conv(
      String name, String from, int out, int kernel, int stride, int padding, Activation function) {
    graph.addLayer(
        name,
        convolution(out, kernel)
            .stride(stride, stride)
            .padding(padding, padding)
            .activation(function)
            .build(),
        from);
  }

  private void normalised(String name, String from, int out, int kernel, int stride, int padding) {
    graph.addLayer(
        name + ".conv",
        convolution(out, kernel)
            .stride(stride, stride)
            .padding(padding, padding)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build(),
        from);
    graph.addLayer(name, new BatchNormalization.Builder().build(), name + ".conv");
  }

  private void relu(String name, String from) {
    graph.addLayer(name, new ActivationLayer(Activation.RELU), from);
  }

  private void pool(
      String name,
      String from,
      SubsamplingLayer.PoolingType type,
      int kernel,
      int stride,
      int padding) {
    graph.addLayer(
        name,
        new SubsamplingLayer.Builder(type, new int[] {kernel, kernel}, new int[] {stride, stride})
            .padding(padding, padding)
            .build(),
        from);
  }

  /** Two convolutions beside the input itself, or beside a strided 1x1 convolution of it. */
  private void block(String name, String from, int out, int stride) {
    normalised(name + ".1", from, out, 3, stride, 1);
    relu(name + ".1.relu", name + ".1");
    normalised(name + ".2", name + ".1.relu", out, 3, 1, 1);
    String shortcut = from;
    if (stride > 1) {
      shortcut = name + ".down";
      normalised(shortcut, from, out, 1, stride, 0);
    }
    graph.addVertex(
        name + ".sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), name + ".2", shortcut);
    relu(name, name + ".sum");
  }

  private void globalMean(String name, String from) {
    graph.addLayer(name, new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), from);
  }

  private ComputationGraph classes(String from) {
    graph.addLayer("out", softmax(0), from);
    return finish("out");
  }

  private ComputationGraph finish(String... outputs) {
    graph.setOutputs(outputs);
    if (!hasOwnSizes()) {
      graph.setInputTypes(InputType.convolutional(HEIGHT, WIDTH, CHANNELS));
    }
    ComputationGraph made = new ComputationGraph(graph.build());
    made.init();
    Random random = new Random(11);
    for (var layer : made.getLayers()) {
      if (layer.conf().getLayer() instanceof BatchNormalization) {
        layer.paramTable().forEach((key, values) -> asTrained(random, key, values));
      }
    }
    return made;
  }

  /** Deeplearning4j's inference of sizes goes wrong after a subset, and refuses a broadcast. */
  private boolean hasOwnSizes() {
    return graph.getVertices().containsKey("left") || graph.getVertices().containsKey("gate");
  }

  /** Statistics as training leaves them, not the initial 0 and 1. */
  private static void asTrained(Random random, String key, INDArray values) {
    double from = key.equals("var") || key.equals("gamma") ? 0.5 : -0.5;
    for (int i = 0; i < values.length(); i++) {
      values.putScalar(i, from + random.nextDouble());
    }
  }
}
