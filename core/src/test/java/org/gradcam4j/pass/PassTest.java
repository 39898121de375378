package org.gradcam4j.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.SmallNetworks;
import org.gradcam4j.kernel.Nd4jKernels;
import org.gradcam4j.kernel.Nd4jTensor;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.rule.DeconvolutionRule;
import org.gradcam4j.plan.rule.GradientRule;
import org.gradcam4j.plan.rule.GuidedRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class PassTest {
  private static final DataType TYPE = DataType.DOUBLE;

  static Stream<String> networks() {
    return SmallNetworks.graphs(TYPE).keySet().stream();
  }

  /** A network with kernels, and its logits or output as plain numbers. */
  private static final class Probe implements AutoCloseable {
    final NetworkPlan plan;
    final Nd4jKernels kernels = new Nd4jKernels(TYPE);

    Probe(NetworkPlan plan) {
      this.plan = plan;
    }

    double[] values(INDArray input, String layer) {
      try (Pass pass = new Pass(plan, kernels)) {
        pass.forward(kernels.channelsLast(new Nd4jTensor(input)), Set.of(layer), false);
        return kernels.values(pass.activation(layer).tensor());
      }
    }

    /** Gradient at a layer, in the order [R, C, H, W]. */
    double[] gradient(
        INDArray input,
        String from,
        int[] classes,
        int[] rows,
        org.gradcam4j.plan.rule.Rule rule,
        String layer) {
      List<double[]> found = new ArrayList<>();
      try (Pass pass = new Pass(plan, kernels)) {
        Tensor x = kernels.channelsLast(new Nd4jTensor(input));
        pass.forward(x, Set.of(layer), rule.readsAllActivations());
        Tensor seed = kernels.oneHot(classes, pass.activation(from).tensor().channels());
        pass.backward(
            List.of(new Seed(from, seed)),
            rows,
            rule,
            List.of(layer),
            new LayerListener() {
              @Override
              public void gradient(LayerView activation, LayerView gradient) {
                found.add(gradient.copy().data().asDouble());
              }
            });
      }
      return found.get(0);
    }

    @Override
    public void close() {
      kernels.close();
    }
  }

  private static INDArray layout(INDArray nchw, NetworkPlan plan) {
    return plan.channelsLastInput() ? nchw.permute(0, 2, 3, 1).dup('c') : nchw;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void outputEqualsTheGraphs(String name) {
    ComputationGraph graph = SmallNetworks.graphs(TYPE).get(name);
    try (Probe probe = new Probe(NetworkPlan.of(graph))) {
      INDArray input = SmallNetworks.input(TYPE, 3, 1);
      double[] expected = graph.outputSingle(layout(input, probe.plan)).data().asDouble();
      assertThat(probe.values(input, "out")).containsExactly(expected, within(1e-12));
    }
  }

  @Test
  void outputEqualsThatOfANetworkOfLayers() {
    var network = SmallNetworks.layers(TYPE);
    try (Probe probe = new Probe(NetworkPlan.of(network))) {
      INDArray input = SmallNetworks.input(TYPE, 3, 1);
      double[] expected = network.output(input).data().asDouble();
      assertThat(probe.values(input, "layer4")).containsExactly(expected, within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsEqualFiniteDifferences(String name) {
    ComputationGraph graph = SmallNetworks.graphs(TYPE).get(name);
    try (Probe probe = new Probe(NetworkPlan.of(graph))) {
      assertFiniteDifferences(probe, probe.plan.logits().name());
      assertFiniteDifferences(probe, probe.plan.output().name());
    }
  }

  @Test
  void gradientsOfSigmoidOutputsEqualFiniteDifferences() {
    try (Probe probe = new Probe(NetworkPlan.of(SmallNetworks.layers(TYPE)))) {
      assertFiniteDifferences(probe, "layer4");
      assertFiniteDifferences(probe, "layer4:pre");
    }
  }

  private static void assertFiniteDifferences(Probe probe, String from) {
    INDArray input = SmallNetworks.input(TYPE, 1, 2);
    int target = 2;
    double[] gradient =
        probe.gradient(
            input,
            from,
            new int[] {target},
            new int[] {0},
            new GradientRule(),
            probe.plan.input().name());
    assertThat(gradient).hasSize((int) input.length());
    double e = 1e-6;
    double[] differences = new double[gradient.length];
    for (int i = 0; i < gradient.length; i++) {
      double x = input.getDouble(i);
      input.putScalar(i, x + e);
      double above = probe.values(input, from)[target];
      input.putScalar(i, x - e);
      double below = probe.values(input, from)[target];
      input.putScalar(i, x);
      differences[i] = (above - below) / (2 * e);
    }
    assertThat(gradient).containsExactly(differences, within(1e-7));
    assertThat(Arrays.stream(gradient).map(Math::abs).max().orElseThrow()).isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void batchesAndSeveralTargetsEqualSingleRuns(String name) {
    ComputationGraph graph = SmallNetworks.graphs(TYPE).get(name);
    try (Probe probe = new Probe(NetworkPlan.of(graph))) {
      INDArray batch = SmallNetworks.input(TYPE, 3, 3);
      String from = probe.plan.output().name();
      String layer = probe.plan.input().name();
      int[] classes = {2, 0, 3, 1};
      int[] rows = {1, 0, 1, 2};
      for (var rule : List.of(new GradientRule(), new GuidedRule(), new DeconvolutionRule())) {
        double[] together = probe.gradient(batch, from, classes, rows, rule, layer);
        int size = together.length / rows.length;
        for (int r = 0; r < rows.length; r++) {
          INDArray image = batch.slice(rows[r]).reshape(1, 2, 11, 13).dup('c');
          double[] single =
              probe.gradient(image, from, new int[] {classes[r]}, new int[] {0}, rule, layer);
          double[] part = Arrays.copyOfRange(together, r * size, (r + 1) * size);
          assertThat(part).containsExactly(single, within(1e-13));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void fromAnyLayerOnItIsTheSameNetwork(String name) {
    ComputationGraph graph = SmallNetworks.graphs(TYPE).get(name);
    try (Probe probe = new Probe(NetworkPlan.of(graph));
        Pass whole = new Pass(probe.plan, probe.kernels)) {
      Tensor x = probe.kernels.channelsLast(new Nd4jTensor(SmallNetworks.input(TYPE, 3, 1)));
      whole.forward(x, Set.of(), true);
      int[] rows = {2, 0, 2, 1};
      String output = probe.plan.output().name();
      double[] expected =
          probe.kernels.values(probe.kernels.gatherRows(whole.activation(output).tensor(), rows));
      for (NetworkPlan.Step step : probe.plan.steps()) {
        Tensor own = whole.activation(step.name()).tensor();
        double[] before = probe.kernels.values(own);
        try (Pass rest = new Pass(probe.plan, probe.kernels)) {
          rest.forwardFrom(step.name(), probe.kernels.gatherRows(own, rows), whole, rows);
          assertThat(probe.kernels.values(rest.activation(output).tensor()))
              .as(step.name())
              .containsExactly(expected, within(1e-13));
        }
        assertThat(probe.kernels.values(own)).containsExactly(before);
      }
    }
  }

  @Test
  void guidedEqualsGradientWhenAllIsPositive() {
    ComputationGraph graph = SmallNetworks.graphs(TYPE).get("gap");
    graph.params().assign(org.nd4j.linalg.ops.transforms.Transforms.abs(graph.params(), true));
    INDArray input = org.nd4j.linalg.ops.transforms.Transforms.abs(SmallNetworks.input(TYPE, 1, 5));
    try (Probe probe = new Probe(NetworkPlan.of(graph))) {
      String from = probe.plan.logits().name();
      double[] gradient =
          probe.gradient(input, from, new int[] {1}, new int[] {0}, new GradientRule(), "in");
      double[] guided =
          probe.gradient(input, from, new int[] {1}, new int[] {0}, new GuidedRule(), "in");
      double[] deconvolution =
          probe.gradient(input, from, new int[] {1}, new int[] {0}, new DeconvolutionRule(), "in");
      assertThat(guided).containsExactly(gradient);
      assertThat(deconvolution).containsExactly(gradient);
    }
  }

  @Test
  void anOverwrittenActivationIsNotHandedOut() {
    ComputationGraph graph = SmallNetworks.chain(TYPE, CNN2DFormat.NCHW);
    try (Probe probe = new Probe(NetworkPlan.of(graph));
        Pass pass = new Pass(probe.plan, probe.kernels)) {
      Tensor x = probe.kernels.channelsLast(new Nd4jTensor(SmallNetworks.input(TYPE, 1, 1)));
      pass.forward(x, Set.of("conv1"), false);
      assertThat(pass.activation("conv1").copy().shape()).containsExactly(1, 5, 6, 7);
      assertThatThrownBy(() -> pass.activation("conv1:pre"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("conv1:pre")
          .hasMessageContaining("not kept");
    }
  }

  @Test
  void useAfterCloseFailsLoudly() {
    ComputationGraph graph = SmallNetworks.chain(TYPE, CNN2DFormat.NCHW);
    try (Probe probe = new Probe(NetworkPlan.of(graph))) {
      LayerView view;
      INDArray array;
      try (Pass pass = new Pass(probe.plan, probe.kernels)) {
        pass.forward(
            probe.kernels.channelsLast(new Nd4jTensor(SmallNetworks.input(TYPE, 1, 1))),
            Set.of("conv1"),
            false);
        view = pass.activation("conv1");
        array = view.array();
      }
      assertThatThrownBy(view::array)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("conv1")
          .hasMessageContaining("after its pass closed");
      assertThatThrownBy(() -> array.add(1)).hasMessageContaining("workspace");
    }
  }
}
