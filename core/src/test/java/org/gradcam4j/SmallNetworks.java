package org.gradcam4j;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Small random networks of 2x11x13 images and 4 classes that together hold every kind of node, in
 * both data formats.
 */
public final class SmallNetworks {
  /** Rows, columns and channels of the input, and the classes. */
  public static final int HEIGHT = 11, WIDTH = 13, CHANNELS = 2, CLASSES = 4;

  private SmallNetworks() {}

  /** All graphs by name, with random parameters of the type. */
  public static Map<String, ComputationGraph> graphs(DataType type) {
    Map<String, ComputationGraph> graphs = new LinkedHashMap<>();
    graphs.put("chain", chain(type, CNN2DFormat.NCHW));
    graphs.put("chain in NHWC", chain(type, CNN2DFormat.NHWC));
    graphs.put("residual", residual(type));
    graphs.put("branches", branches(type));
    graphs.put("class maps", classMaps(type));
    graphs.put("gap", gap(type));
    graphs.put("pooled to one cell", pooledToOneCell(type, PoolingType.AVG));
    graphs.put("maximum of all cells", pooledToOneCell(type, PoolingType.MAX));
    return graphs;
  }

  /** A fresh input {@code [n, 2, 11, 13]}. */
  public static INDArray input(DataType type, int n, long seed) {
    // ND4J's generator is shared by threads.
    Random random = new Random(seed);
    double[] values = new double[n * CHANNELS * HEIGHT * WIDTH];
    Arrays.setAll(values, i -> random.nextGaussian());
    return Nd4j.create(values, new long[] {n, CHANNELS, HEIGHT, WIDTH}, 'c').castTo(type);
  }

  /** One such input as an image. */
  public static NetworkInput image(int seed) {
    return NetworkInput.of(
        "random " + seed, CHANNELS, HEIGHT, WIDTH, input(DataType.FLOAT, 1, seed).data().asFloat());
  }

  private static GraphBuilder builder(DataType type, CNN2DFormat format) {
    return untyped(type).setInputTypes(InputType.convolutional(HEIGHT, WIDTH, CHANNELS, format));
  }

  private static GraphBuilder untyped(DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(type)
        .weightInit(WeightInit.XAVIER)
        .convolutionMode(ConvolutionMode.Truncate)
        .graphBuilder()
        .addInputs("in");
  }

  private static ConvolutionLayer.Builder conv(int out, int kernel) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(out)
        .activation(Activation.IDENTITY)
        .biasInit(0.1);
  }

  private static OutputLayer softmax() {
    return softmax(0);
  }

  private static OutputLayer softmax(int nIn) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(nIn)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .biasInit(0.05)
        .build();
  }

  private static ActivationLayer relu() {
    return new ActivationLayer(Activation.RELU);
  }

  /** VGG's and AlexNet's kinds: fused ReLU, same mode, LRN, pooling, dropout, flatten and dense. */
  public static ComputationGraph chain(DataType type, CNN2DFormat format) {
    GraphBuilder g = builder(type, format);
    g.addLayer(
        "conv1",
        new ConvolutionLayer.Builder(3, 3)
            .nOut(5)
            .convolutionMode(ConvolutionMode.Same)
            .stride(2, 2)
            .activation(Activation.RELU)
            .biasInit(0.1)
            .dataFormat(format)
            .build(),
        "in");
    // Numbers that a float holds exactly: ND4J's operation reads them as floats.
    g.addLayer(
        "norm1",
        new LocalResponseNormalization.Builder(1.5, 3.0, 0.25, 0.75).dataFormat(format).build(),
        "conv1");
    g.addLayer(
        "pool1",
        new SubsamplingLayer.Builder(
                SubsamplingLayer.PoolingType.MAX, new int[] {2, 3}, new int[] {1, 2})
            .padding(1, 1)
            .dataFormat(format)
            .build(),
        "norm1");
    g.addLayer(
        "conv2", conv(6, 3).padding(2, 2).dilation(2, 2).dataFormat(format).build(), "pool1");
    g.addLayer("relu2", relu(), "conv2");
    g.addLayer(
        "pool2",
        new SubsamplingLayer.Builder(
                SubsamplingLayer.PoolingType.AVG, new int[] {3, 3}, new int[] {2, 2})
            .padding(1, 1)
            .dataFormat(format)
            .build(),
        "relu2");
    g.addLayer(
        "fc1",
        new DenseLayer.Builder().nOut(8).activation(Activation.RELU).dropOut(0.5).build(),
        "pool2");
    g.addLayer("drop1", new DropoutLayer(0.5), "fc1");
    g.addLayer(
        "fc2", new DenseLayer.Builder().nOut(7).activation(Activation.TANH).build(), "drop1");
    g.addLayer(
        "fc3", new DenseLayer.Builder().nOut(7).activation(Activation.SIGMOID).build(), "fc2");
    g.addLayer("out", softmax(), "fc3");
    return finish(g);
  }

  /** ResNet's kinds: batch normalisation of both storages, strided and 1x1 convolutions, add. */
  public static ComputationGraph residual(DataType type) {
    GraphBuilder g = builder(type, CNN2DFormat.NCHW);
    g.addLayer("conv1", conv(4, 3).stride(2, 2).padding(1, 1).hasBias(false).build(), "in");
    g.addLayer("bn1", new BatchNormalization.Builder().useLogStd(false).build(), "conv1");
    g.addLayer("relu1", relu(), "bn1");
    g.addLayer("a.conv1", conv(4, 3).padding(1, 1).stride(2, 2).hasBias(false).build(), "relu1");
    g.addLayer("a.bn1", new BatchNormalization.Builder().useLogStd(true).build(), "a.conv1");
    g.addLayer("a.relu1", relu(), "a.bn1");
    g.addLayer("a.conv2", conv(6, 3).padding(1, 1).hasBias(false).build(), "a.relu1");
    g.addLayer(
        "a.bn2",
        new BatchNormalization.Builder().lockGammaBeta(true).gamma(1.3).beta(0.2).build(),
        "a.conv2");
    g.addLayer("a.down", conv(6, 1).stride(2, 2).build(), "relu1");
    // Locked where one constant is the default: Deeplearning4j uses neither.
    g.addLayer(
        "a.bn3",
        new BatchNormalization.Builder().lockGammaBeta(true).gamma(2).beta(0).build(),
        "a.down");
    g.addVertex("a.one", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a.bn3");
    g.addVertex("a.add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a.bn2", "a.one");
    g.addLayer("a", relu(), "a.add");
    g.addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "a");
    g.addLayer("out", softmax(), "gap");
    return finish(g);
  }

  /** Groups, joins, padding, a maximum over space, several readers of one layer. */
  public static ComputationGraph branches(DataType type) {
    // No input type: DL4J's inference of nIn goes wrong after a subset.
    GraphBuilder g = untyped(type);
    g.addLayer("conv1", conv(6, 3).nIn(CHANNELS).build(), "in");
    g.addLayer("relu1", relu(), "conv1");
    g.addVertex("left", new SubsetVertex(0, 1), "relu1");
    g.addVertex("right", new SubsetVertex(2, 5), "relu1");
    g.addLayer("conv2_a", conv(3, 3).nIn(2).build(), "left");
    g.addLayer("pad", new ZeroPaddingLayer(1, 0, 2, 1), "right");
    g.addLayer("conv2_b", conv(5, new int[] {4, 6}).nIn(4).build(), "pad");
    g.addVertex("conv2", new MergeVertex(), "conv2_a", "conv2_b");
    g.addLayer("relu2", relu(), "conv2");
    g.addLayer("gmp", new GlobalPoolingLayer.Builder(PoolingType.MAX).build(), "relu2");
    g.addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "conv2");
    g.addVertex("both", new MergeVertex(), "gmp", "gap");
    g.addVertex("part", new SubsetVertex(3, 12), "both");
    g.addLayer("out", softmax(10), "part");
    return finish(g);
  }

  private static ConvolutionLayer.Builder conv(int out, int[] kernel) {
    return new ConvolutionLayer.Builder(kernel).nOut(out).activation(Activation.IDENTITY);
  }

  /** SqueezeNet's head: a map for each class, their means, softmax. */
  public static ComputationGraph classMaps(DataType type) {
    GraphBuilder g = builder(type, CNN2DFormat.NCHW);
    g.addLayer("conv1", conv(5, 3).stride(2, 2).build(), "in");
    g.addLayer("relu1", relu(), "conv1");
    g.addLayer("conv2", conv(CLASSES, 1).build(), "relu1");
    g.addLayer("relu2", relu(), "conv2");
    g.addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "relu2");
    g.addLayer(
        "out",
        new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build(),
        "gap");
    return finish(g);
  }

  /** CAM's network: convolutions, global average pooling, one dense layer. */
  public static ComputationGraph gap(DataType type) {
    GraphBuilder g = builder(type, CNN2DFormat.NCHW);
    g.addLayer("conv1", conv(4, 3).build(), "in");
    g.addLayer("relu1", relu(), "conv1");
    g.addLayer("conv2", conv(6, 3).padding(1, 1).build(), "relu1");
    g.addLayer("relu2", relu(), "conv2");
    g.addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "relu2");
    g.addLayer("out", softmax(), "gap");
    return finish(g);
  }

  /** Global pooling that keeps its space, of one cell. */
  private static ComputationGraph pooledToOneCell(DataType type, PoolingType pooling) {
    GraphBuilder g = builder(type, CNN2DFormat.NCHW);
    g.addLayer("conv1", conv(4, 3).build(), "in");
    g.addLayer("relu1", relu(), "conv1");
    g.addLayer(
        "pool", new GlobalPoolingLayer.Builder(pooling).collapseDimensions(false).build(), "relu1");
    g.addLayer("out", softmax(), "pool");
    return finish(g);
  }

  /** No rectifier anywhere: its logits are linear in the image. */
  public static ComputationGraph linear(DataType type) {
    GraphBuilder g = builder(type, CNN2DFormat.NCHW);
    g.addLayer("conv1", conv(4, 3).stride(2, 2).build(), "in");
    g.addLayer("conv2", conv(5, 2).build(), "conv1");
    g.addLayer("out", softmax(), "conv2");
    return finish(g);
  }

  /** A network of layers, unnamed, with sigmoid outputs. */
  public static MultiLayerNetwork layers(DataType type) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(type)
                .list()
                .layer(conv(4, 3).build())
                .layer(relu())
                .layer(
                    new SubsamplingLayer.Builder(
                            SubsamplingLayer.PoolingType.MAX, new int[] {2, 2}, new int[] {2, 2})
                        .build())
                .layer(new DenseLayer.Builder().nOut(6).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.XENT)
                        .nOut(CLASSES)
                        .activation(Activation.SIGMOID)
                        .build())
                .setInputType(InputType.convolutional(HEIGHT, WIDTH, CHANNELS))
                .build());
    network.init();
    return network;
  }

  private static ComputationGraph finish(GraphBuilder builder) {
    ComputationGraph graph = new ComputationGraph(builder.setOutputs("out").build());
    graph.init();
    Nd4j.getRandom().setSeed(11);
    // Statistics as training leaves them, not the initial 0 and 1.
    for (String name : new String[] {"bn1", "a.bn1", "a.bn2"}) {
      if (graph.getVertex(name) != null) {
        graph.getLayer(name).paramTable().forEach(SmallNetworks::randomise);
      }
    }
    return graph;
  }

  private static void randomise(String key, INDArray parameter) {
    INDArray uniform = Nd4j.rand(parameter.dataType(), parameter.shape());
    parameter.assign(
        key.equals("log10stdev") || key.equals("mean") || key.equals("beta")
            ? uniform.subi(0.5)
            : uniform.addi(0.5));
  }
}
