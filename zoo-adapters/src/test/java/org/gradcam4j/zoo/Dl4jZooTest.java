package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.model.AlexNet;
import org.deeplearning4j.zoo.model.Darknet19;
import org.deeplearning4j.zoo.model.FaceNetNN4Small2;
import org.deeplearning4j.zoo.model.InceptionResNetV1;
import org.deeplearning4j.zoo.model.LeNet;
import org.deeplearning4j.zoo.model.NASNet;
import org.deeplearning4j.zoo.model.ResNet50;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TinyYOLO;
import org.deeplearning4j.zoo.model.UNet;
import org.deeplearning4j.zoo.model.VGG16;
import org.deeplearning4j.zoo.model.VGG19;
import org.deeplearning4j.zoo.model.Xception;
import org.deeplearning4j.zoo.model.YOLO2;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Nd4jTensor;
import org.gradcam4j.pass.Pass;
import org.gradcam4j.plan.NetworkPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** All convolutional networks of Deeplearning4j's zoo: the plan's scores are the graph's own. */
class Dl4jZooTest {
  private static final int CLASSES = 12;

  private record Built(Supplier<Model> model, int channels, int size) {}

  /** As the zoo builds them; those that take large images in smaller ones, which take less time. */
  private static final Map<String, Built> ALL = new LinkedHashMap<>();

  static {
    boolean whole = Boolean.getBoolean("gradcam4j.zoo.whole");
    add("VGG16", 3, 224, s -> VGG16.builder().numClasses(CLASSES).inputShape(s).build());
    add("VGG19", 3, 224, s -> VGG19.builder().numClasses(CLASSES).inputShape(s).build());
    add("ResNet50", 3, 224, s -> ResNet50.builder().numClasses(CLASSES).inputShape(s).build());
    add("SqueezeNet", 3, 227, s -> SqueezeNet.builder().numClasses(CLASSES).inputShape(s).build());
    add("AlexNet", 3, 224, s -> AlexNet.builder().numClasses(CLASSES).inputShape(s).build());
    add("LeNet", 1, 28, s -> LeNet.builder().numClasses(CLASSES).inputShape(s).build());
    add("SimpleCNN", 3, 48, s -> SimpleCNN.builder().numClasses(CLASSES).inputShape(s).build());
    add("Darknet19", 3, 224, s -> Darknet19.builder().numClasses(CLASSES).inputShape(s).build());
    add(
        "TinyYOLO",
        3,
        whole ? 416 : 224,
        s -> TinyYOLO.builder().numClasses(CLASSES).inputShape(s).build());
    add(
        "YOLO2",
        3,
        whole ? 608 : 224,
        s -> YOLO2.builder().numClasses(CLASSES).inputShape(s).build());
    add("UNet", 3, whole ? 512 : 128, s -> UNet.builder().inputShape(s).build());
    add(
        "Xception",
        3,
        whole ? 299 : 155,
        s -> Xception.builder().numClasses(CLASSES).inputShape(s).build());
    add(
        "InceptionResNetV1",
        3,
        160,
        s -> InceptionResNetV1.builder().numClasses(CLASSES).inputShape(s).build());
    add(
        "FaceNetNN4Small2",
        3,
        96,
        s -> FaceNetNN4Small2.builder().numClasses(CLASSES).inputShape(s).build());
  }

  private interface Maker {
    ZooModel<?> of(int[] inputShape);
  }

  private static void add(String name, int channels, int size, Maker maker) {
    ALL.put(
        name, new Built(() -> maker.of(new int[] {channels, size, size}).init(), channels, size));
  }

  static {
    ALL.put("NASNet", new Built(() -> NasNet.graph(96, 16, CLASSES), 3, 96));
  }

  @Test
  void theZoosOwnNasNetCannotBeBuilt() {
    // When this fails, Deeplearning4j was mended: take its own in place of NasNet.
    NASNet zoos = NASNet.builder().numClasses(CLASSES).build();
    assertThatThrownBy(zoos::init)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no inputs have been set");
  }

  static Stream<String> networks() {
    return ALL.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void scoresOfThePlanAreTheGraphs(String name) {
    Built built = ALL.get(name);
    Random random = new Random(1);
    double[] pixels = new double[built.channels * built.size * built.size];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextGaussian();
    }
    INDArray input =
        Nd4j.create(pixels, new long[] {1, built.channels, built.size, built.size}, 'c');
    double inDouble = difference(built, DataType.DOUBLE, input);
    double inFloat = difference(built, DataType.FLOAT, input);
    System.out.printf(
        "DL4J zoo %s %dx%d: scores of plan and graph differ by %.1e (DOUBLE), %.1e (FLOAT)%n",
        name, built.size, built.size, inDouble, inFloat);
    assertThat(inDouble).isLessThan(1e-10);
    assertThat(inFloat).isLessThan(1e-4);
  }

  /** The largest difference of a score before softmax, as a share of the largest score. */
  private static double difference(Built built, DataType type, INDArray input) {
    INDArray typed = input.castTo(type);
    Model model = built.model.get();
    NetworkPlan plan;
    double[] expected;
    if (model instanceof ComputationGraph graph) {
      ComputationGraph network = typed(graph, type);
      plan = NetworkPlan.of(network);
      expected = scores(network, typed);
    } else {
      MultiLayerNetwork network = typed((MultiLayerNetwork) model, type);
      plan = NetworkPlan.of(network);
      expected = scores(network, typed);
    }
    double[] found;
    try (Kernels kernels = Kernels.fastest(type);
        Pass pass = new Pass(plan, kernels)) {
      pass.forward(kernels.channelsLast(new Nd4jTensor(typed)), Set.of(), false);
      found = pass.activation(plan.logits().name()).copy().data().asDouble();
    }
    assertThat(found).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < found.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - found[i]));
    }
    assertThat(largest).isPositive().isFinite();
    return difference / largest;
  }

  private static ComputationGraph typed(ComputationGraph graph, DataType type) {
    ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
    configuration.setDataType(type);
    configuration.getDefaultConfiguration().setDataType(type);
    configuration
        .getVertices()
        .values()
        .forEach(
            vertex -> {
              if (vertex instanceof LayerVertex layer) {
                layer.getLayerConf().setDataType(type);
              }
            });
    ComputationGraph typed = new ComputationGraph(configuration);
    typed.init();
    for (org.deeplearning4j.nn.api.Layer layer : typed.getLayers()) {
      randomise(layer);
    }
    return typed;
  }

  private static MultiLayerNetwork typed(MultiLayerNetwork network, DataType type) {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
    configuration.setDataType(type);
    configuration.getConfs().forEach(layer -> layer.setDataType(type));
    MultiLayerNetwork typed = new MultiLayerNetwork(configuration);
    typed.init();
    for (org.deeplearning4j.nn.api.Layer layer : typed.getLayers()) {
      randomise(layer);
    }
    return typed;
  }

  /**
   * Weights of a variance that keeps activations' size, which the zoo's own initialisation does not
   * (of a saturated network only rounding errors are left to compare); statistics, affine terms and
   * biases as training leaves them, not the initial 0 and 1.
   */
  private static void randomise(org.deeplearning4j.nn.api.Layer layer) {
    if (layer.paramTable() == null) {
      return;
    }
    layer
        .paramTable()
        .forEach(
            (key, parameter) -> {
              INDArray normal = Nd4j.randn(parameter.dataType(), parameter.shape());
              switch (key) {
                case "gamma", "var" -> parameter.assign(Transforms.abs(normal).addi(0.5));
                case "beta", "mean", "b", "log10stdev" -> parameter.assign(normal.muli(0.1));
                default -> parameter.assign(normal.muli(Math.sqrt(1.5 / fanIn(parameter))));
              }
            });
  }

  private static double fanIn(INDArray weights) {
    return weights.rank() == 2 ? weights.size(0) : (double) weights.length() / weights.size(0);
  }

  /** What the network's own layers compute where no softmax or sigmoid follows. */
  private static double[] scores(ComputationGraph graph, INDArray input) {
    ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
    for (GraphVertex vertex : configuration.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        withoutHead(layer.getLayerConf().getLayer());
      }
    }
    String output = configuration.getNetworkOutputs().get(0);
    if (graph.getLayer(output).conf().getLayer() instanceof Yolo2OutputLayer) {
      // It has no activation function to take away, and leaves its input as it is.
      String source = configuration.getVertexInputs().get(output).get(0);
      return graph.feedForward(input, false).get(source).dup('c').data().asDouble();
    }
    ComputationGraph headless = new ComputationGraph(configuration);
    headless.init(graph.params(), false);
    return headless.outputSingle(input).dup('c').data().asDouble();
  }

  private static double[] scores(MultiLayerNetwork network, INDArray input) {
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
    configuration.getConfs().forEach(layer -> withoutHead(layer.getLayer()));
    MultiLayerNetwork headless = new MultiLayerNetwork(configuration);
    headless.init(network.params(), false);
    return headless.output(input).dup('c').data().asDouble();
  }

  private static void withoutHead(Layer layer) {
    boolean head =
        layer instanceof BaseOutputLayer
            || layer instanceof LossLayer
            || layer instanceof CnnLossLayer;
    if (head) {
      ((BaseLayer) layer).setActivationFn(new ActivationIdentity());
    } else if (layer instanceof ActivationLayer activation
        && activation.getActivationFn() instanceof ActivationSoftmax) {
      activation.setActivationFn(new ActivationIdentity());
    }
  }
}
