package org.gradcam4j.plan.node;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small random graphs of 2x8x10 images, each around one kind of layer or vertex as 'x'. */
final class NodeGraphs {
  static final int CHANNELS = 2, HEIGHT = 8, WIDTH = 10;

  private NodeGraphs() {}

  static Map<String, ComputationGraph> all(DataType type) {
    Map<String, UnaryOperator<GraphBuilder>> middles = new LinkedHashMap<>();
    for (CNN2DFormat format : CNN2DFormat.values()) {
      formatted(middles, format);
    }
    skippingPools(middles);
    vertices(middles);
    Map<String, ComputationGraph> graphs = new LinkedHashMap<>();
    middles.forEach(
        (name, middle) ->
            graphs.put(
                name,
                graph(
                    type,
                    name.endsWith("NHWC") ? CNN2DFormat.NHWC : CNN2DFormat.NCHW,
                    !name.contains("broadcast"),
                    middle)));
    graphs.putAll(activations(type));
    graphs.put("YOLO", yolo(type));
    graphs.put("center loss", centerLoss(type));
    return graphs;
  }

  private static UnaryOperator<GraphBuilder> layer(Layer layer) {
    return g -> g.addLayer("x", layer, "conv");
  }

  private static void formatted(Map<String, UnaryOperator<GraphBuilder>> graphs, CNN2DFormat f) {
    String in = " in " + f;
    for (ConvolutionMode mode :
        new ConvolutionMode[] {ConvolutionMode.Truncate, ConvolutionMode.Same}) {
      for (int dilation = 1; dilation <= 2; dilation++) {
        String how = " " + mode + " dilated by " + dilation + in;
        int stride = dilation == 1 ? 2 : 1;
        graphs.put(
            "depthwise" + how,
            layer(
                new DepthwiseConvolution2D.Builder(3, 2)
                    .depthMultiplier(2)
                    .nOut(6)
                    .stride(stride, 1)
                    .dilation(dilation, dilation)
                    .padding(mode == ConvolutionMode.Same ? 0 : 1, 0)
                    .convolutionMode(mode)
                    .biasInit(0.1)
                    .dataFormat(f)
                    .activation(Activation.TANH)
                    .build()));
        graphs.put(
            "separable" + how,
            layer(
                new SeparableConvolution2D.Builder(3, 3)
                    .depthMultiplier(2)
                    .nOut(4)
                    .stride(stride, stride)
                    .dilation(dilation, dilation)
                    .padding(
                        mode == ConvolutionMode.Same ? 0 : 1, mode == ConvolutionMode.Same ? 0 : 1)
                    .convolutionMode(mode)
                    .biasInit(0.1)
                    .dataFormat(f)
                    .activation(Activation.RELU)
                    .build()));
        graphs.put(
            "convolution" + how,
            layer(
                new ConvolutionLayer.Builder(3, 2)
                    .nOut(4)
                    .stride(stride, stride)
                    .dilation(dilation, dilation)
                    .padding(mode == ConvolutionMode.Same ? 0 : 1, 0)
                    .convolutionMode(mode)
                    .biasInit(0.1)
                    .dataFormat(f)
                    .activation(Activation.IDENTITY)
                    .build()));
      }
      graphs.put(
          "p-norm pooling " + mode + in,
          layer(
              new SubsamplingLayer.Builder(
                      SubsamplingLayer.PoolingType.PNORM, new int[] {3, 2}, new int[] {2, 1})
                  .pnorm(3)
                  .padding(mode == ConvolutionMode.Same ? 0 : 1, 0)
                  .convolutionMode(mode)
                  .dataFormat(f)
                  .build()));
    }
    graphs.put(
        "upsampling" + in,
        layer(new Upsampling2D.Builder().size(new int[] {2, 3}).dataFormat(f).build()));
    graphs.put(
        "cropping" + in,
        layer(new Cropping2D.Builder(new int[] {1, 2, 0, 3}).dataFormat(f).build()));
    graphs.put("space to depth" + in, layer(spaceToDepth(f)));
  }

  @SuppressWarnings({"rawtypes", "unchecked"}) // Its builder's type refers to itself.
  private static Layer spaceToDepth(CNN2DFormat format) {
    return new SpaceToDepthLayer.Builder(2).dataFormat(format).build();
  }

  /** Windows that leave cells out between them: in Same mode the first begins inside. */
  private static void skippingPools(Map<String, UnaryOperator<GraphBuilder>> graphs) {
    for (SubsamplingLayer.PoolingType type :
        List.of(SubsamplingLayer.PoolingType.MAX, SubsamplingLayer.PoolingType.AVG)) {
      graphs.put(
          "skipping pooling " + type,
          layer(
              new SubsamplingLayer.Builder(type, new int[] {1, 2}, new int[] {4, 3})
                  .convolutionMode(ConvolutionMode.Same)
                  .build()));
    }
  }

  private static void vertices(Map<String, UnaryOperator<GraphBuilder>> graphs) {
    for (int k = 0; k < 3; k++) {
      int size = new int[] {2, 3, 1}[k];
      int stride = new int[] {2, 2, 1}[k];
      graphs.put(
          "transposed convolution " + size + " by " + stride,
          layer(
              new Deconvolution2D.Builder(size, size + 1)
                  .nOut(2)
                  .stride(stride, stride)
                  .padding(size == 3 ? 1 : 0, 0)
                  .biasInit(0.1)
                  .activation(Activation.TANH)
                  .build()));
    }
    graphs.put(
        "transposed convolution Same",
        layer(
            new Deconvolution2D.Builder(3, 3)
                .nOut(2)
                .stride(2, 2)
                .convolutionMode(ConvolutionMode.Same)
                .biasInit(0.1)
                .activation(Activation.IDENTITY)
                .build()));
    graphs.put("PReLU", layer(new PReLULayer.Builder().inputShape(3, HEIGHT, WIDTH).build()));
    graphs.put(
        "PReLU of channels",
        layer(new PReLULayer.Builder().inputShape(3, HEIGHT, WIDTH).sharedAxes(2, 3).build()));
    graphs.put(
        "region of CnnLossLayer",
        layer(
            new CnnLossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build()));
    for (PoolingType pooling : PoolingType.values()) {
      graphs.put(
          "global pooling " + pooling,
          layer(new GlobalPoolingLayer.Builder(pooling).pnorm(3).build()));
      graphs.put(
          "global pooling kept in space " + pooling,
          layer(
              new GlobalPoolingLayer.Builder(pooling).pnorm(3).collapseDimensions(false).build()));
    }
    graphs.put("L2 normalisation", g -> g.addVertex("x", new L2NormalizeVertex(), "conv"));
    graphs.put(
        "L2 normalisation of a vector",
        g ->
            g.addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "conv")
                .addVertex("x", new L2NormalizeVertex(new int[] {}, 1e-6), "gap"));
    graphs.put(
        "L2 normalisation below its epsilon",
        g ->
            g.addVertex("small", new ScaleVertex(1e-9), "conv")
                .addVertex("x", new L2NormalizeVertex(new int[] {}, 1e-6), "small"));
    graphs.put("scale", g -> g.addVertex("x", new ScaleVertex(-1.7), "conv"));
    graphs.put("shift", g -> g.addVertex("x", new ShiftVertex(0.7), "conv"));
    graphs.put("subset", g -> g.addVertex("x", new SubsetVertex(1, 2), "conv"));
    graphs.put("merge", g -> g.addVertex("x", new MergeVertex(), "conv", "other"));
    graphs.put("pool helper", g -> g.addVertex("x", new PoolHelperVertex(), "conv"));
    for (ElementWiseVertex.Op op : ElementWiseVertex.Op.values()) {
      graphs.put(
          "element-wise " + op, g -> g.addVertex("x", new ElementWiseVertex(op), "conv", "other"));
      graphs.put(
          "element-wise broadcast " + op,
          g ->
              g.addLayer(
                      "gate",
                      new GlobalPoolingLayer.Builder(PoolingType.AVG)
                          .collapseDimensions(false)
                          .build(),
                      "other")
                  .addVertex("x", new ElementWiseVertex(op), "conv", "gate"));
      if (op != ElementWiseVertex.Op.Subtract) {
        graphs.put(
            "element-wise of three " + op,
            g -> g.addVertex("x", new ElementWiseVertex(op), "conv", "other", "conv"));
      }
    }
    graphs.put(
        "broadcast of one map",
        g ->
            g.addLayer(
                    "map",
                    new ConvolutionLayer.Builder(1, 1)
                        .nIn(3)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build(),
                    "other")
                .addVertex(
                    "x", new ElementWiseVertex(ElementWiseVertex.Op.Product), "map", "conv"));
    graphs.put(
        "stack and unstack",
        g ->
            g.addVertex("stack", new StackVertex(), "conv", "other", "conv")
                .addLayer(
                    "shared",
                    new ConvolutionLayer.Builder(2, 2)
                        .nIn(3)
                        .nOut(3)
                        .activation(Activation.RELU)
                        .build(),
                    "stack")
                .addVertex("one", new UnstackVertex(1, 3), "shared")
                .addVertex("two", new UnstackVertex(2, 3), "shared")
                .addVertex("x", new ElementWiseVertex(ElementWiseVertex.Op.Product), "one", "two"));
    graphs.put(
        "reshape", g -> g.addVertex("x", new ReshapeVertex(-1, 6, HEIGHT / 2, WIDTH), "conv"));
    graphs.put(
        "reshape and rectifier in NHWC",
        g ->
            g.addVertex("cells", new ReshapeVertex(-1, HEIGHT / 2, WIDTH, 6), "conv")
                .addLayer("x", new ActivationLayer(Activation.RELU), "cells"));
    graphs.put(
        "maximum of far numbers",
        g ->
            g.addVertex("far", new ShiftVertex(-1e6), "other")
                .addVertex("x", new ElementWiseVertex(ElementWiseVertex.Op.Max), "far", "conv"));
    graphs.put(
        "flatten and back",
        g ->
            g.addVertex(
                "x",
                new PreprocessorVertex(
                    new ComposableInputPreProcessor(
                        new CnnToFeedForwardPreProcessor(HEIGHT, WIDTH, 3),
                        new FeedForwardToCnnPreProcessor(WIDTH, HEIGHT, 3))),
                "conv"));
  }

  private static Map<String, ComputationGraph> activations(DataType type) {
    Map<String, IActivation> functions = new LinkedHashMap<>();
    for (Activation activation : Activation.values()) {
      functions.put(activation.name(), activation.getActivationFunction());
    }
    functions.put("ELU of slope 0.3", new ActivationELU(0.3));
    functions.put("LEAKYRELU of slope 0.2", new ActivationLReLU(0.2));
    functions.put("GELU precise", new ActivationGELU(true));
    functions.put("RELU with a slope", new ActivationReLU(null, null, 0.1));
    functions.put("RELU with a maximum", new ActivationReLU(0.5, null, null));
    functions.put("RELU with a threshold and slope", new ActivationReLU(0.8, 0.25, 0.1));
    Map<String, ComputationGraph> graphs = new LinkedHashMap<>();
    functions.forEach(
        (name, function) ->
            graphs.put(
                "activation " + name,
                graph(
                    type,
                    CNN2DFormat.NCHW,
                    true,
                    layer(new ActivationLayer.Builder().activation(function).build()))));
    return graphs;
  }

  private static ComputationGraph yolo(DataType type) {
    return graph(
        type,
        CNN2DFormat.NCHW,
        true,
        g ->
            g.addLayer(
                    "boxes",
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(2 * (5 + 3))
                        .stride(2, 2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "conv")
                .addLayer(
                    "x",
                    new Yolo2OutputLayer.Builder()
                        .boundingBoxPriors(Nd4j.create(new double[][] {{1, 2}, {3, 1.5}}))
                        .build(),
                    "boxes"));
  }

  private static ComputationGraph centerLoss(DataType type) {
    return graph(
        type,
        CNN2DFormat.NCHW,
        true,
        g ->
            g.addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "conv")
                .addLayer(
                    "x",
                    new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(4)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "gap"));
  }

  /**
   * Two convolutions of 3 channels, 'conv' and 'other', and the middle.
   *
   * @param inferred whether Deeplearning4j infers sizes: it runs what broadcasts, but refuses to
   *     infer it
   */
  static ComputationGraph graph(
      DataType type, CNN2DFormat format, boolean inferred, UnaryOperator<GraphBuilder> middle) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(type)
            .weightInit(WeightInit.XAVIER)
            .graphBuilder()
            .addInputs("in")
            .addLayer("conv", convolution(format), "in")
            .addLayer("other", convolution(format), "in");
    GraphBuilder whole =
        middle
            .apply(builder)
            .setOutputs("x")
            .allowDisconnected(true)
            .validateOutputLayerConfig(false);
    if (inferred) {
      whole.setInputTypes(InputType.convolutional(HEIGHT, WIDTH, CHANNELS, format));
    }
    ComputationGraph graph = new ComputationGraph(whole.build());
    graph.init();
    if (graph.getLayer("x") != null
        && graph.getLayer("x").conf().getLayer() instanceof PReLULayer) {
      graph.getLayer("x").params().assign(Nd4j.rand(type, graph.getLayer("x").params().shape()));
    }
    return graph;
  }

  private static Layer convolution(CNN2DFormat format) {
    return new ConvolutionLayer.Builder(3, 3)
        .nIn(CHANNELS)
        .nOut(3)
        .padding(1, 1)
        .biasInit(0.2)
        .dataFormat(format)
        .activation(new ActivationIdentity())
        .build();
  }
}
