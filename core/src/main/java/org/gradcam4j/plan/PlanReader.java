package org.gradcam4j.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.gradcam4j.kernel.Nd4jTensor;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.node.AddNode;
import org.gradcam4j.plan.node.AveragePoolNode;
import org.gradcam4j.plan.node.BatchNormalizationNode;
import org.gradcam4j.plan.node.ConcatenateNode;
import org.gradcam4j.plan.node.ConvolutionNode;
import org.gradcam4j.plan.node.DenseNode;
import org.gradcam4j.plan.node.FlattenNode;
import org.gradcam4j.plan.node.GlobalAveragePoolNode;
import org.gradcam4j.plan.node.GlobalMaxPoolNode;
import org.gradcam4j.plan.node.IdentityNode;
import org.gradcam4j.plan.node.InputNode;
import org.gradcam4j.plan.node.LocalResponseNormalizationNode;
import org.gradcam4j.plan.node.MaxPoolNode;
import org.gradcam4j.plan.node.Node;
import org.gradcam4j.plan.node.ReluNode;
import org.gradcam4j.plan.node.SmoothActivationNode;
import org.gradcam4j.plan.node.SmoothActivationNode.Function;
import org.gradcam4j.plan.node.SubsetNode;
import org.gradcam4j.plan.node.ZeroPaddingNode;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reads Deeplearning4j networks into plans. */
final class PlanReader {
  private static final String COVERED =
      "convolution, dense, output, loss, activation (identity, relu, sigmoid, tanh, softmax), max"
          + " and average pooling, global pooling, local response and batch normalisation, zero"
          + " padding, dropout, and the vertices add, merge, subset";

  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final DataType dataType;
  private int inputChannels;
  private boolean channelsLast;

  private PlanReader(DataType dataType) {
    this.dataType = dataType;
  }

  static NetworkPlan read(ComputationGraph graph) {
    List<String> inputs = graph.getConfiguration().getNetworkInputs();
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "the network has " + inputs.size() + " inputs " + inputs + ": expected one image input");
    }
    PlanReader reader = new PlanReader(graph.getConfiguration().getDataType());
    reader.add(inputs.get(0), new InputNode());
    Map<String, GraphVertex> vertices = graph.getConfiguration().getVertices();
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      if (vertices.containsKey(name)) {
        List<Integer> sources =
            graph.getConfiguration().getVertexInputs().get(name).stream()
                .map(reader.positions::get)
                .toList();
        reader.vertex(name, vertices.get(name), graph.getVertices()[index].getLayer(), sources);
      }
    }
    return reader.finish(graph.getConfiguration().getNetworkOutputs().get(0));
  }

  static NetworkPlan read(MultiLayerNetwork network) {
    PlanReader reader = new PlanReader(network.getLayerWiseConfigurations().getDataType());
    reader.add("input", new InputNode());
    String last = "input";
    for (int i = 0; i < network.getnLayers(); i++) {
      Layer layer = network.getLayer(i);
      String own = layer.conf().getLayer().getLayerName();
      String name = own == null ? Integer.toString(i) : own;
      InputPreProcessor preprocessor = network.getLayerWiseConfigurations().getInputPreProcess(i);
      reader.layer(name, layer, preprocessor, reader.positions.get(last));
      last = name;
    }
    return reader.finish(last);
  }

  private NetworkPlan finish(String output) {
    if (inputChannels == 0) {
      throw new IllegalArgumentException(
          "the network has no convolution: expected a convolutional network");
    }
    return new NetworkPlan(steps, output, inputChannels, channelsLast, dataType);
  }

  private int add(String name, Node node, Integer... inputs) {
    int index = steps.size();
    if (positions.put(name, index) != null) {
      throw new IllegalArgumentException("two layers have the name '" + name + "'");
    }
    steps.add(new Step(index, name, node, List.of(inputs)));
    return index;
  }

  private void vertex(String name, GraphVertex vertex, Layer layer, List<Integer> inputs) {
    Integer[] sources = inputs.toArray(Integer[]::new);
    if (vertex instanceof LayerVertex layered) {
      layer(name, layer, layered.getPreProcessor(), sources[0]);
    } else if (vertex instanceof FrozenVertex frozen) {
      vertex(name, frozen.getUnderlying(), layer, inputs);
    } else if (vertex instanceof MergeVertex merge) {
      // DL4J moves the axis with the data format: 1 is channels in [N, C, H, W] and features in
      // [N, F], 3 is channels in [N, H, W, C].
      if (merge.getMergeAxis() != (channelsLast ? 3 : 1) && merge.getMergeAxis() != 1) {
        throw uncovered(name, "merge along axis " + merge.getMergeAxis());
      }
      add(name, new ConcatenateNode(), sources);
    } else if (vertex instanceof SubsetVertex subset) {
      if (channelsLast) {
        throw uncovered(name, "subset of rows of a [N, H, W, C] array");
      }
      add(name, new SubsetNode(subset.getFrom(), subset.getTo() - subset.getFrom() + 1), sources);
    } else if (vertex instanceof ElementWiseVertex elementWise
        && elementWise.getOp() == ElementWiseVertex.Op.Add) {
      add(name, sources.length == 1 ? new IdentityNode() : new AddNode(), sources);
    } else if (vertex instanceof PreprocessorVertex preprocess) {
      add(name, preprocessor(name, preprocess.getPreProcessor()), sources);
    } else {
      String operation =
          vertex instanceof ElementWiseVertex elementWise ? " " + elementWise.getOp() : "";
      throw uncovered(name, vertex.getClass().getSimpleName() + operation);
    }
  }

  private void layer(String name, Layer wrapped, InputPreProcessor preprocessor, int source) {
    Layer layer = inside(wrapped);
    int input =
        preprocessor == null
            ? source
            : add(name + ":input", preprocessor(name, preprocessor), source);
    org.deeplearning4j.nn.conf.layers.Layer conf = layer.conf().getLayer();
    Class<?> kind = conf.getClass();
    if (kind == ConvolutionLayer.class || kind == Convolution2D.class) {
      activated(
          name, convolution(name, (ConvolutionLayer) conf, layer), (ConvolutionLayer) conf, input);
    } else if (kind == DenseLayer.class || kind == OutputLayer.class) {
      if (conf instanceof DenseLayer dense && dense.hasLayerNorm()) {
        throw uncovered(name, "dense layer with layer normalisation");
      }
      Tensor weights = new Nd4jTensor(layer.getParam("W"));
      activated(
          name,
          new DenseNode(weights, vector(layer.getParam("b"))),
          (FeedForwardLayer) conf,
          input);
    } else if (conf instanceof ActivationLayer activation) {
      add(name, orIdentity(activation(name, activation.getActivationFn())), input);
    } else if (conf instanceof LossLayer loss) {
      add(name, orIdentity(activation(name, loss.getActivationFn())), input);
    } else if (kind == DropoutLayer.class) {
      add(name, new IdentityNode(), input);
    } else if (conf instanceof SubsamplingLayer pooling
        && kind.getSimpleName().equals("SubsamplingLayer")) {
      add(name, pooling(name, pooling), input);
    } else if (conf instanceof GlobalPoolingLayer pooling) {
      add(name, globalPooling(name, pooling), input);
    } else if (conf instanceof LocalResponseNormalization lrn) {
      add(
          name,
          new LocalResponseNormalizationNode(
              (int) lrn.getN(), lrn.getK(), lrn.getAlpha(), lrn.getBeta()),
          input);
    } else if (conf instanceof BatchNormalization normalization) {
      // Its activation function is not used by DL4J.
      add(name, batchNormalization(normalization, layer), input);
    } else if (conf instanceof ZeroPaddingLayer padding) {
      int[] p = padding.getPadding();
      add(name, new ZeroPaddingNode(p[0], p[1], p[2], p[3]), input);
    } else {
      throw uncovered(name, kind.getSimpleName());
    }
  }

  private static Layer inside(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return frozen.getInsideLayer();
    }
    return layer instanceof FrozenLayerWithBackprop frozen ? frozen.getUnderlying() : layer;
  }

  /** A layer and its activation function, as two nodes where the function does something. */
  private void activated(String name, Node node, BaseLayer conf, int input) {
    Node activation = activation(name, conf.getActivationFn());
    if (activation == null) {
      add(name, node, input);
    } else {
      add(name, activation, add(name + ":pre", node, input));
    }
  }

  private static Node orIdentity(Node activation) {
    return activation == null ? new IdentityNode() : activation;
  }

  /** The node of an activation function; null for the identity. */
  private static Node activation(String name, IActivation function) {
    if (function == null || function instanceof ActivationIdentity) {
      return null;
    } else if (function instanceof ActivationReLU relu && plain(relu)) {
      return new ReluNode();
    } else if (function instanceof ActivationSigmoid) {
      return new SmoothActivationNode(Function.SIGMOID);
    } else if (function instanceof ActivationTanH) {
      return new SmoothActivationNode(Function.TANH);
    } else if (function instanceof ActivationSoftmax) {
      return new SmoothActivationNode(Function.SOFTMAX);
    }
    throw uncovered(name, "activation function " + function);
  }

  private static boolean plain(ActivationReLU relu) {
    return isZero(relu.getThreshold()) && isZero(relu.getNegativeSlope()) && relu.getMax() == null;
  }

  private static boolean isZero(Double value) {
    return value == null || value == 0;
  }

  private Node convolution(String name, ConvolutionLayer conf, Layer layer) {
    channelsLast |= conf.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    INDArray weights = layer.getParam("W");
    if (inputChannels == 0) {
      inputChannels = Math.toIntExact(weights.size(1));
    }
    return new ConvolutionNode(
        new Nd4jTensor(weights),
        vector(layer.getParam("b")),
        window(
            name,
            conf.getKernelSize(),
            conf.getStride(),
            conf.getPadding(),
            conf.getDilation(),
            conf.getConvolutionMode()));
  }

  private static Node pooling(String name, SubsamplingLayer conf) {
    Window window =
        window(
            name,
            conf.getKernelSize(),
            conf.getStride(),
            conf.getPadding(),
            conf.getDilation(),
            conf.getConvolutionMode());
    if (conf.getPoolingType() == PoolingType.MAX) {
      return new MaxPoolNode(window);
    } else if (conf.getPoolingType() == PoolingType.AVG) {
      return new AveragePoolNode(window, conf.isAvgPoolIncludePadInDivisor());
    }
    throw uncovered(name, "pooling " + conf.getPoolingType());
  }

  private static Window window(
      String name,
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] dilation,
      ConvolutionMode mode) {
    if (mode == ConvolutionMode.Causal) {
      throw uncovered(name, "causal convolution mode");
    }
    return new Window(
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        padding[0],
        padding[1],
        dilation[0],
        dilation[1],
        mode == ConvolutionMode.Same);
  }

  private static Node globalPooling(String name, GlobalPoolingLayer conf) {
    if (conf.getPoolingType() == PoolingType.AVG) {
      return new GlobalAveragePoolNode(conf.isCollapseDimensions());
    } else if (conf.getPoolingType() == PoolingType.MAX) {
      return new GlobalMaxPoolNode(conf.isCollapseDimensions());
    }
    throw uncovered(name, "global pooling " + conf.getPoolingType());
  }

  private Node batchNormalization(BatchNormalization conf, Layer layer) {
    INDArray mean = layer.getParam("mean");
    long channels = mean.length();
    boolean logarithmic = conf.isUseLogStd();
    // Deeplearning4j uses locked constants only where neither is its default.
    boolean constants = conf.getGamma() != 1 && conf.getBeta() != 0;
    Tensor gamma =
        conf.isLockGammaBeta()
            ? constant(channels, constants ? conf.getGamma() : 1)
            : vector(layer.getParam("gamma"));
    Tensor beta =
        conf.isLockGammaBeta()
            ? constant(channels, constants ? conf.getBeta() : 0)
            : vector(layer.getParam("beta"));
    return new BatchNormalizationNode(
        gamma,
        beta,
        vector(mean),
        vector(layer.getParam(logarithmic ? "log10stdev" : "var")),
        logarithmic,
        conf.getEps(),
        constant(channels, 0));
  }

  private static Node preprocessor(String name, InputPreProcessor preprocessor) {
    if (preprocessor instanceof CnnToFeedForwardPreProcessor flatten) {
      return new FlattenNode(flatten.getFormat() == CNN2DFormat.NCHW);
    }
    throw uncovered(name, preprocessor.getClass().getSimpleName());
  }

  /** A view of a parameter as a vector; null for null. */
  private static Tensor vector(INDArray parameter) {
    return parameter == null ? null : new Nd4jTensor(parameter.reshape(parameter.length()));
  }

  private Tensor constant(long size, double value) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      assert outside != null;
      return new Nd4jTensor(Nd4j.create(dataType, size).assign(value));
    }
  }

  private static IllegalArgumentException uncovered(String layer, String kind) {
    return new IllegalArgumentException(
        "layer '" + layer + "' is a " + kind + ", which no node covers; covered are: " + COVERED);
  }
}
