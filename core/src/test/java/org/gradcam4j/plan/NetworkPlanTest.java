package org.gradcam4j.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.SmallNetworks;
import org.gradcam4j.Target;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.node.LinearNode;
import org.gradcam4j.plan.node.Visit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationPReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class NetworkPlanTest {
  private static GraphBuilder convolution() {
    return new NeuralNetConfiguration.Builder()
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.convolutional(8, 8, 3))
        .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in");
  }

  /** A graph of a convolution, what the builder adds as 'x', and an output. */
  private static ComputationGraph with(UnaryOperator<GraphBuilder> middle) {
    GraphBuilder builder =
        middle
            .apply(convolution())
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MSE)
                    .nOut(2)
                    .activation(Activation.IDENTITY)
                    .build(),
                "x")
            .setOutputs("out");
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }

  private static void assertUncovered(UnaryOperator<GraphBuilder> middle, String... words) {
    ComputationGraph graph = with(middle);
    assertThatThrownBy(() -> NetworkPlan.of(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words)
        .hasMessageContaining("layer 'x'")
        .hasMessageContaining("covered are");
  }

  private static GraphBuilder multiplied(GraphBuilder g) {
    return g.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "conv")
        .addLayer(
            "x",
            new ElementWiseMultiplicationLayer.Builder()
                .nIn(4)
                .nOut(4)
                .activation(Activation.IDENTITY)
                .build(),
            "pool");
  }

  @Test
  void whatNoNodeCoversIsNamedWithTheWayToAddOne() {
    assertUncovered(
        NetworkPlanTest::multiplied,
        "ElementWiseMultiplicationLayer",
        "Explainer.builder(...).node(ElementWiseMultiplicationLayer.class, factory)");
    assertUncovered(
        g -> g.addVertex("x", new L2Vertex(), "conv", "conv"),
        "L2Vertex",
        "node(L2Vertex.class, factory)");
    assertUncovered(
        g -> g.addLayer("x", new ActivationLayer(new ActivationPReLU(Nd4j.ones(4), null)), "conv"),
        "activation function",
        "layer 'x'");
  }

  /** Features times weights of their own: {@code [N, F]}. */
  private record Multiplied(Tensor weights, Tensor bias) implements LinearNode {
    @Override
    public long[] shape(List<long[]> inputs) {
      return inputs.get(0);
    }

    @Override
    public Tensor forward(Kernels kernels, List<Tensor> inputs) {
      Tensor x = inputs.get(0);
      return kernels.addVectorInPlace(kernels.multiply(weights, x, new int[x.rows()]), bias);
    }

    @Override
    public List<Tensor> transpose(Visit visit) {
      Tensor gradient = visit.gradient();
      return List.of(visit.kernels().multiply(weights, gradient, new int[gradient.rows()]));
    }
  }

  @Test
  void aNodeOfTheUsersOwnIsUsed() {
    ComputationGraph graph = with(NetworkPlanTest::multiplied);
    float[] values = new float[3 * 8 * 8];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 101) / 50f - 1;
    }
    List<NetworkInput> image = List.of(NetworkInput.of("image", 3, 8, 8, values));
    // The self-check compares its output with Deeplearning4j's.
    try (Explainer explainer =
        Explainer.builder(graph, Preprocessing.torchvision(8, 8))
            .node(
                ElementWiseMultiplicationLayer.class,
                (layer, parameters) -> new Multiplied(parameters.get("W"), parameters.get("b")))
            .build()) {
      assertThat(explainer.plan().step("x").node()).isInstanceOf(Multiplied.class);
      assertThat(
              explainer
                  .explain(image, List.of(new Gradient()), List.of(Target.topPredicted()))
                  .get(0)
                  .map()
                  .max())
          .isPositive();
    }
  }

  @Test
  void aNetworkWithTwoInputsIsRefused() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("left", "right")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(2)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "sum")
                .setOutputs("out")
                .build());
    graph.init();
    assertThatThrownBy(() -> NetworkPlan.of(graph))
        .hasMessageContaining("has 2 inputs [left, right]");
  }

  @Test
  void aFusedLayerIsTwoSteps() {
    NetworkPlan plan = NetworkPlan.of(SmallNetworks.chain(DataType.FLOAT, CNN2DFormat.NCHW));
    assertThat(plan.steps())
        .extracting(Step::name)
        .containsSubsequence("in", "conv1:pre", "conv1", "fc1:input", "fc1:pre", "fc1", "out:pre")
        .endsWith("out");
    assertThat(plan.logits().name()).isEqualTo("out:pre");
    assertThat(plan.output().name()).isEqualTo("out");
    assertThat(plan.inputChannels()).isEqualTo(SmallNetworks.CHANNELS);
  }

  @Test
  void theLogitsAreWhatEntersTheHead() {
    // tanh before softmax is part of the score; tanh at the end is no head.
    ComputationGraph softmax =
        with(
            g ->
                g.addLayer(
                    "x",
                    new DenseLayer.Builder().nOut(2).activation(Activation.TANH).build(),
                    "conv"));
    NetworkPlan plan = NetworkPlan.of(softmax);
    assertThat(plan.logits().name()).isEqualTo("out");
    ComputationGraph tanh =
        new ComputationGraph(
            convolution()
                .addLayer(
                    "dense",
                    new DenseLayer.Builder().nOut(2).activation(Activation.TANH).build(),
                    "conv")
                .addLayer(
                    "out",
                    new LossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "dense")
                .setOutputs("out")
                .build());
    tanh.init();
    assertThat(NetworkPlan.of(tanh).logits().name()).isEqualTo("dense");
  }

  @Test
  void frozenLayersPassGradients() {
    ComputationGraph graph = SmallNetworks.gap(DataType.FLOAT);
    ComputationGraph frozen =
        new TransferLearning.GraphBuilder(graph).setFeatureExtractor("conv2").build();
    float[] values = SmallNetworks.input(DataType.FLOAT, 1, 4).data().asFloat();
    List<NetworkInput> image = List.of(NetworkInput.of("random", 2, 11, 13, values));
    Preprocessing size = Preprocessing.torchvision(11, 13);
    try (Explainer a = Explainer.of(graph, size);
        Explainer b = Explainer.of(frozen, size)) {
      List<Target> top = List.of(Target.topPredicted());
      var expected = a.explain(image, List.of(new Gradient()), top).get(0).map();
      assertThat(b.explain(image, List.of(new Gradient()), top).get(0).map()).isEqualTo(expected);
      assertThat(expected.max()).isPositive();
    }
  }

  @Test
  void shapesSayWhereAnImageDoesNotFit() {
    NetworkPlan plan = NetworkPlan.of(SmallNetworks.chain(DataType.FLOAT, CNN2DFormat.NCHW));
    assertThat(plan.shapes(11, 13).get(plan.step("relu2").index())).containsExactly(7, 4, 6);
    assertThatThrownBy(() -> plan.shapes(21, 13))
        .hasMessageContaining("21x13 does not fit")
        .hasMessageContaining("layer 'fc1:pre'")
        .hasMessageContaining("dense layer of");
  }

  @Test
  void whatWouldMixImagesIsRefused() {
    NetworkPlan rows =
        NetworkPlan.of(unchecked(g -> g.addVertex("x", new ReshapeVertex(-1, 18), "conv"), 18));
    assertThatThrownBy(() -> rows.shapes(8, 8))
        .hasMessageContaining("layer 'x'")
        .hasMessageContaining("flattening to 18 features");
    NetworkPlan axis =
        NetworkPlan.of(
            unchecked(
                g -> g.addVertex("x", new L2NormalizeVertex(new int[] {1}, 1e-6), "conv"), 144));
    assertThatThrownBy(() -> axis.shapes(8, 8))
        .hasMessageContaining("layer 'x'")
        .hasMessageContaining("L2 normalisation over axis 1");
  }

  /** As {@link #with}, of sizes that Deeplearning4j does not infer. */
  private static ComputationGraph unchecked(UnaryOperator<GraphBuilder> middle, int features) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nIn(3).nOut(4).build(), "in");
    ComputationGraph graph =
        new ComputationGraph(
            middle
                .apply(builder)
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(features)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "x")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }
}
