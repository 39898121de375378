package org.gradcam4j.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.gradcam4j.kernel.Normalization;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.node.AveragePoolNode;
import org.gradcam4j.plan.node.BatchNormalizationNode;
import org.gradcam4j.plan.node.ConvolutionNode;
import org.gradcam4j.plan.node.CroppingNode;
import org.gradcam4j.plan.node.DenseNode;
import org.gradcam4j.plan.node.DepthwiseConvolutionNode;
import org.gradcam4j.plan.node.FlattenNode;
import org.gradcam4j.plan.node.GlobalAveragePoolNode;
import org.gradcam4j.plan.node.GlobalMaxPoolNode;
import org.gradcam4j.plan.node.GlobalPowerPoolNode;
import org.gradcam4j.plan.node.GlobalSumPoolNode;
import org.gradcam4j.plan.node.IdentityNode;
import org.gradcam4j.plan.node.LocalResponseNormalizationNode;
import org.gradcam4j.plan.node.MaxPoolNode;
import org.gradcam4j.plan.node.Node;
import org.gradcam4j.plan.node.PReluNode;
import org.gradcam4j.plan.node.PowerPoolNode;
import org.gradcam4j.plan.node.ReshapeNode;
import org.gradcam4j.plan.node.SpaceToDepthNode;
import org.gradcam4j.plan.node.TransposedConvolutionNode;
import org.gradcam4j.plan.node.UpsamplingNode;
import org.gradcam4j.plan.node.YoloNode;
import org.gradcam4j.plan.node.ZeroPaddingNode;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reads Deeplearning4j's layers and preprocessors into nodes. */
final class LayerReader {
  private static final String BEFORE_ACTIVATION = ":pre";

  private final DataType dataType;
  private final Function<INDArray, Tensor> adopt;

  /**
   * A reader of layers.
   *
   * @param dataType the type of the parameters
   * @param adopt makes a parameter a tensor
   */
  LayerReader(DataType dataType, Function<INDArray, Tensor> adopt) {
    this.dataType = dataType;
    this.adopt = adopt;
  }

  /** Whether the layer's data are {@code [N, H, W, C]}. */
  static boolean isChannelsLast(Layer conf) {
    return conf instanceof ConvolutionLayer convolution
        && convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC;
  }

  /**
   * The nodes of a layer.
   *
   * @param channelsLast whether the network's data are {@code [N, H, W, C]}
   * @throws Uncovered if there is none
   */
  List<Part> parts(Layer conf, Map<String, INDArray> parameters, boolean channelsLast) {
    if (conf instanceof ConvolutionLayer convolution) {
      return convolution(convolution, parameters, channelsLast);
    } else if (conf.getClass() == DenseLayer.class
        || conf.getClass() == OutputLayer.class
        || conf.getClass() == CenterLossOutputLayer.class) {
      if (conf instanceof DenseLayer dense && dense.hasLayerNorm()) {
        throw new Uncovered("dense layer with layer normalisation");
      }
      Node node = new DenseNode(adopt.apply(parameters.get("W")), vector(parameters.get("b")));
      return activated(List.of(), node, ((FeedForwardLayer) conf).getActivationFn(), channelsLast);
    } else if (conf instanceof BatchNormalization normalization) {
      // Its activation function is not used by DL4J.
      return List.of(Part.last(batchNormalization(normalization, parameters)));
    } else if (conf instanceof PReLULayer) {
      return List.of(Part.last(new PReluNode(slopes(parameters.get("W")))));
    }
    return List.of(Part.last(withoutParameters(conf, channelsLast)));
  }

  private Node withoutParameters(Layer conf, boolean channelsLast) {
    if (conf instanceof ActivationLayer activation) {
      return activation(activation.getActivationFn(), channelsLast);
    } else if (conf instanceof LossLayer loss) {
      return activation(loss.getActivationFn(), channelsLast);
    } else if (conf instanceof CnnLossLayer loss) {
      // It brings the channels to the end itself.
      return activation(loss.getActivationFn(), true);
    } else if (conf.getClass() == DropoutLayer.class) {
      return new IdentityNode();
    } else if (conf.getClass() == SubsamplingLayer.class || conf.getClass() == Pooling2D.class) {
      return pooling((SubsamplingLayer) conf);
    } else if (conf instanceof GlobalPoolingLayer pooling) {
      return globalPooling(pooling);
    } else if (conf instanceof LocalResponseNormalization lrn) {
      return new LocalResponseNormalizationNode(
          (int) lrn.getN(), lrn.getK(), lrn.getAlpha(), lrn.getBeta());
    } else if (conf instanceof ZeroPaddingLayer padding) {
      int[] p = padding.getPadding();
      return new ZeroPaddingNode(p[0], p[1], p[2], p[3]);
    } else if (conf instanceof Cropping2D cropping) {
      int[] c = cropping.getCropping();
      return new CroppingNode(c[0], c[1], c[2], c[3]);
    } else if (conf instanceof Upsampling2D upsampling) {
      return new UpsamplingNode(upsampling.getSize()[0], upsampling.getSize()[1]);
    } else if (conf instanceof SpaceToDepthLayer blocks) {
      return new SpaceToDepthNode(blocks.getBlockSize());
    } else if (conf instanceof Yolo2OutputLayer yolo) {
      INDArray boxes = yolo.getBoundingBoxes();
      return new YoloNode(
          IntStream.range(0, (int) boxes.size(0))
              .mapToObj(b -> new YoloNode.Prior(boxes.getDouble(b, 0), boxes.getDouble(b, 1)))
              .toList());
    }
    throw new Uncovered(conf.getClass().getSimpleName());
  }

  private List<Part> convolution(
      ConvolutionLayer conf, Map<String, INDArray> parameters, boolean channelsLast) {
    Window window =
        window(
            conf.getKernelSize(),
            conf.getStride(),
            conf.getPadding(),
            conf.getDilation(),
            conf.getConvolutionMode());
    Tensor bias = vector(parameters.get("b"));
    INDArray weights = parameters.get("W");
    Class<?> kind = conf.getClass();
    IActivation function = conf.getActivationFn();
    if (kind == ConvolutionLayer.class || kind == Convolution2D.class) {
      Node node = new ConvolutionNode(adopt.apply(weights), bias, window);
      return activated(List.of(), node, function, channelsLast);
    } else if (kind == Deconvolution2D.class) {
      Node node = new TransposedConvolutionNode(adopt.apply(weights), bias, window);
      return activated(List.of(), node, function, channelsLast);
    } else if (kind == DepthwiseConvolution2D.class) {
      Node node = new DepthwiseConvolutionNode(adopt.apply(weights), bias, window);
      return activated(List.of(), node, function, channelsLast);
    } else if (kind == SeparableConvolution2D.class) {
      // [M, C, kH, kW] and [out, C M, 1, 1]
      Node depthwise =
          new DepthwiseConvolutionNode(adopt.apply(weights.permute(2, 3, 1, 0)), null, window);
      Node pointwise =
          new ConvolutionNode(adopt.apply(parameters.get("pW")), bias, Window.square(1, 1, 0));
      return activated(
          List.of(new Part(":depthwise", depthwise)), pointwise, function, channelsLast);
    }
    throw new Uncovered(kind.getSimpleName());
  }

  /** A layer and its activation function, as two nodes where the function does something. */
  private static List<Part> activated(
      List<Part> before, Node node, IActivation function, boolean channelsLast) {
    List<Part> parts = new ArrayList<>(before);
    if (ActivationReader.isIdentity(function)) {
      parts.add(Part.last(node));
    } else {
      parts.add(new Part(BEFORE_ACTIVATION, node));
      parts.add(Part.last(ActivationReader.node(function, channelsLast)));
    }
    return parts;
  }

  private static Node activation(IActivation function, boolean channelsLast) {
    return ActivationReader.isIdentity(function)
        ? new IdentityNode()
        : ActivationReader.node(function, channelsLast);
  }

  private static Node pooling(SubsamplingLayer conf) {
    Window window =
        window(
            conf.getKernelSize(),
            conf.getStride(),
            conf.getPadding(),
            conf.getDilation(),
            conf.getConvolutionMode());
    return switch (conf.getPoolingType()) {
      case MAX -> new MaxPoolNode(window);
      case AVG -> new AveragePoolNode(window, conf.isAvgPoolIncludePadInDivisor());
      case PNORM -> new PowerPoolNode(window, conf.getPnorm());
      default -> throw new Uncovered("pooling " + conf.getPoolingType());
    };
  }

  private static Window window(
      int[] kernel, int[] stride, int[] padding, int[] dilation, ConvolutionMode mode) {
    if (mode == ConvolutionMode.Causal) {
      throw new Uncovered("convolution in causal mode");
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

  private static Node globalPooling(GlobalPoolingLayer conf) {
    int[] axes = conf.getPoolingDimensions();
    if (axes != null
        && !Arrays.equals(axes, new int[] {2, 3})
        && !Arrays.equals(axes, new int[] {1, 2})) {
      throw new Uncovered("global pooling over axes " + Arrays.toString(axes));
    }
    boolean collapse = conf.isCollapseDimensions();
    return switch (conf.getPoolingType()) {
      case AVG -> new GlobalAveragePoolNode(collapse);
      case MAX -> new GlobalMaxPoolNode(collapse);
      case SUM -> new GlobalSumPoolNode(collapse);
      case PNORM -> new GlobalPowerPoolNode(conf.getPnorm(), collapse);
    };
  }

  private Node batchNormalization(BatchNormalization conf, Map<String, INDArray> parameters) {
    INDArray mean = parameters.get("mean");
    long channels = mean.length();
    boolean logarithmic = conf.isUseLogStd();
    // Deeplearning4j uses locked constants only where neither is its default.
    boolean constants = conf.getGamma() != 1 && conf.getBeta() != 0;
    Tensor gamma =
        conf.isLockGammaBeta()
            ? constant(channels, constants ? conf.getGamma() : 1)
            : vector(parameters.get("gamma"));
    Tensor beta =
        conf.isLockGammaBeta()
            ? constant(channels, constants ? conf.getBeta() : 0)
            : vector(parameters.get("beta"));
    Normalization normalization =
        new Normalization(
            gamma,
            beta,
            vector(mean),
            vector(parameters.get(logarithmic ? "log10stdev" : "var")),
            conf.getEps());
    return BatchNormalizationNode.of(normalization, constant(channels, 0), logarithmic);
  }

  /**
   * The slopes {@code [C, H, W]} or {@code [F]} of a rectifier as a view with an axis of images.
   */
  private Tensor slopes(INDArray alpha) {
    if (alpha.rank() != 3) {
      return adopt.apply(alpha.reshape('c', new long[] {1, alpha.length()}));
    }
    long[] shape = {1, alpha.size(1), alpha.size(2), alpha.size(0)};
    long[] strides = {alpha.length(), alpha.stride(1), alpha.stride(2), alpha.stride(0)};
    return adopt.apply(Nd4j.create(alpha.data(), shape, strides, alpha.offset(), alpha.ordering()));
  }

  /**
   * The nodes of a preprocessor.
   *
   * @param suffix of the name of each
   * @throws Uncovered if there is none
   */
  static List<Part> preprocessor(String suffix, InputPreProcessor preprocessor) {
    List<Part> parts = new ArrayList<>();
    if (preprocessor instanceof ComposableInputPreProcessor several) {
      InputPreProcessor[] all = several.getInputPreProcessors();
      for (int i = 0; i < all.length; i++) {
        String own = i == all.length - 1 ? suffix : suffix + ":" + i;
        parts.addAll(preprocessor(own, all[i]));
      }
      return parts;
    }
    parts.add(new Part(suffix, node(preprocessor)));
    return parts;
  }

  private static Node node(InputPreProcessor preprocessor) {
    if (preprocessor instanceof CnnToFeedForwardPreProcessor flatten) {
      // A subclass in the Keras import, from before it knew data formats.
      boolean kerasOrder =
          flatten.getClass().getSimpleName().equals("TensorFlowCnnToFeedForwardPreProcessor");
      return new FlattenNode(flatten.getFormat() == CNN2DFormat.NCHW && !kerasOrder);
    } else if (preprocessor instanceof FeedForwardToCnnPreProcessor space) {
      return new ReshapeNode(
          space.getInputHeight(), space.getInputWidth(), space.getNumChannels(), true);
    } else if (preprocessor instanceof ReshapePreprocessor reshape
        && reshape.getFormat() instanceof CNN2DFormat format) {
      return reshaped(
          reshape.getTargetShape(), reshape.isHasMiniBatchDimension(), format == CNN2DFormat.NCHW);
    }
    throw new Uncovered(preprocessor.getClass().getSimpleName());
  }

  /** To {@code [N, F]} or space; sizes with or without the axis of images. */
  static Node reshaped(long[] sizes, boolean withImages, boolean channelsFirst) {
    long[] target = withImages ? Arrays.copyOfRange(sizes, 1, sizes.length) : sizes;
    if (target.length == 1) {
      return new FlattenNode(channelsFirst, Math.max(0, target[0]));
    } else if (target.length == 3 && Arrays.stream(target).allMatch(size -> size > 0)) {
      return channelsFirst
          ? new ReshapeNode(target[1], target[2], target[0], true)
          : new ReshapeNode(target[0], target[1], target[2], false);
    }
    throw new Uncovered("reshape to " + Arrays.toString(sizes));
  }

  /** A view of a parameter as a vector; null for null. */
  private Tensor vector(INDArray parameter) {
    return parameter == null ? null : adopt.apply(parameter.reshape(parameter.length()));
  }

  private Tensor constant(long size, double value) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      assert outside != null;
      return adopt.apply(Nd4j.create(dataType, size).assign(value));
    }
  }
}
