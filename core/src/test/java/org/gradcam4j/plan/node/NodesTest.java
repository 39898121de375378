package org.gradcam4j.plan.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Nd4jKernels;
import org.gradcam4j.kernel.Nd4jTensor;
import org.gradcam4j.kernel.PlainKernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.pass.LayerListener;
import org.gradcam4j.pass.LayerView;
import org.gradcam4j.pass.Pass;
import org.gradcam4j.pass.Seed;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.NodeFactories;
import org.gradcam4j.plan.Reach;
import org.gradcam4j.plan.Region;
import org.gradcam4j.plan.rule.GradientRule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Each kind of node against Deeplearning4j's own forward and against finite differences. */
class NodesTest {
  private static final Map<String, ComputationGraph> DOUBLES = NodeGraphs.all(DataType.DOUBLE);
  private static final Map<String, ComputationGraph> FLOATS = NodeGraphs.all(DataType.FLOAT);

  static Stream<String> graphs() {
    return DOUBLES.keySet().stream();
  }

  private static INDArray input(int n, int seed) {
    Random random = new Random(seed);
    double[] values = new double[n * NodeGraphs.CHANNELS * NodeGraphs.HEIGHT * NodeGraphs.WIDTH];
    Arrays.setAll(values, i -> random.nextGaussian());
    return Nd4j.create(
        values, new long[] {n, NodeGraphs.CHANNELS, NodeGraphs.HEIGHT, NodeGraphs.WIDTH}, 'c');
  }

  private static double[] theGraphs(ComputationGraph graph, NetworkPlan plan, INDArray input) {
    INDArray own = plan.channelsLastInput() ? input.permute(0, 2, 3, 1).dup('c') : input.dup('c');
    // Its L2 normalisation takes ND4J's default type for its own.
    DataType before = Nd4j.defaultFloatingPointType();
    Nd4j.setDefaultDataTypes(plan.dataType(), plan.dataType());
    INDArray output = graph.outputSingle(own.castTo(plan.dataType()));
    Nd4j.setDefaultDataTypes(before, before);
    boolean space = output.rank() == 4;
    return (space && plan.channelsLastInput() ? output.permute(0, 3, 1, 2) : output)
        .dup('c')
        .data()
        .asDouble();
  }

  private static double[] thePlans(NetworkPlan plan, Kernels kernels, INDArray input) {
    try (Pass pass = new Pass(plan, kernels)) {
      pass.forward(
          kernels.channelsLast(kernels.adopt(input.castTo(plan.dataType()))), Set.of(), false);
      return pass.activation("x").copy().data().asDouble();
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void outputEqualsTheGraphs(String name) {
    assertOutput(DOUBLES.get(name), 1e-12);
    assertOutput(FLOATS.get(name), 1e-5);
  }

  private static void assertOutput(ComputationGraph graph, double tolerance) {
    NetworkPlan plan = NetworkPlan.of(graph);
    try (Kernels kernels = Kernels.fastest(plan.dataType())) {
      double[] expected = theGraphs(graph, plan, input(2, 1));
      double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      assertThat(scale).isGreaterThan(1e-3);
      assertThat(thePlans(plan, kernels, input(2, 1)))
          .containsExactly(expected, within(tolerance * Math.max(1, scale)));
      long[] shape = plan.shapes(NodeGraphs.HEIGHT, NodeGraphs.WIDTH).get(plan.output().index());
      assertThat(Arrays.stream(shape).reduce(2, (a, b) -> a * b)).isEqualTo(expected.length);
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void gradientEqualsFiniteDifferences(String name) {
    NetworkPlan plan = NetworkPlan.of(DOUBLES.get(name));
    try (Kernels kernels = new Nd4jKernels(DataType.DOUBLE)) {
      INDArray image = input(1, 2);
      double[] weights = weights(thePlans(plan, kernels, image).length);
      double[] gradient = gradient(plan, kernels, image, new int[] {0}, weights);
      double e = 1e-6;
      double[] differences = new double[gradient.length];
      for (int i = 0; i < gradient.length; i++) {
        double x = image.getDouble(i);
        image.putScalar(i, x + e);
        double above = dot(weights, thePlans(plan, kernels, image));
        image.putScalar(i, x - e);
        double below = dot(weights, thePlans(plan, kernels, image));
        image.putScalar(i, x);
        differences[i] = (above - below) / (2 * e);
      }
      assertThat(gradient).containsExactly(differences, within(1e-7));
      // The activation that ND4J makes a constant of.
      if (!name.contains("RRELU") && !name.contains("below its epsilon")) {
        assertThat(Arrays.stream(gradient).map(Math::abs).max().orElseThrow()).isGreaterThan(1e-4);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void partsOfAnImageEqualWholeImages(String name) {
    assertParts(DOUBLES.get(name), 1e-11);
    assertParts(FLOATS.get(name), 2e-5);
  }

  /** Three versions of the second of two images: other values in a corner each, and inside. */
  private static void assertParts(ComputationGraph graph, double tolerance) {
    NetworkPlan plan = NetworkPlan.of(graph);
    int height = NodeGraphs.HEIGHT;
    int width = NodeGraphs.WIDTH;
    Region changed = new Region(new int[] {0, height - 2, 1}, new int[] {0, width - 3, 2}, 2, 3);
    Reach reach = new Reach(plan, height, width, changed);
    INDArray images = input(2, 4).castTo(plan.dataType());
    INDArray others = input(1, 5).castTo(plan.dataType());
    INDArray parts = Nd4j.create(plan.dataType(), 3, NodeGraphs.CHANNELS, 2, 3);
    INDArray versions = Nd4j.create(plan.dataType(), 3, NodeGraphs.CHANNELS, height, width);
    for (int v = 0; v < 3; v++) {
      for (int c = 0; c < NodeGraphs.CHANNELS; c++) {
        for (int i = 0; i < height; i++) {
          for (int j = 0; j < width; j++) {
            int row = i - changed.tops()[v];
            int column = j - changed.lefts()[v];
            boolean inside = row >= 0 && row < 2 && column >= 0 && column < 3;
            double value = (inside ? others : images).getDouble(inside ? 0 : 1, c, i, j);
            versions.putScalar(new int[] {v, c, i, j}, value);
            if (inside) {
              parts.putScalar(new int[] {v, c, row, column}, value);
            }
          }
        }
      }
    }
    try (Kernels kernels = Kernels.fastest(plan.dataType());
        Pass base = new Pass(plan, kernels);
        Pass whole = new Pass(plan, kernels);
        Pass part = new Pass(plan, kernels)) {
      base.forward(kernels.channelsLast(kernels.adopt(images)), Set.of(), true);
      whole.forward(kernels.channelsLast(kernels.adopt(versions)), Set.of(), true);
      part.forwardPart(base, 1, kernels.channelsLast(kernels.adopt(parts)), reach);
      for (Step output : plan.outputs()) {
        double[] expected = kernels.values(whole.activation(output.name()).tensor());
        double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(kernels.values(part.activation(output.name()).tensor()))
            .containsExactly(expected, within(tolerance * Math.max(1, scale)));
      }
      for (Step step : plan.steps()) {
        Tensor own = whole.activation(step.name()).tensor();
        if (own.spatial() && step.multiplicity() == 1) {
          assertUnchangedOutside(
              reach.region(step),
              own.shape(),
              kernels.values(own),
              kernels.values(
                  kernels.gatherRows(base.activation(step.name()).tensor(), new int[] {1, 1, 1})),
              tolerance);
        }
      }
    }
  }

  private static void assertUnchangedOutside(
      Region region, long[] shape, double[] changed, double[] base, double tolerance) {
    for (int i = 0; i < base.length; i++) {
      long cell = i / shape[3];
      int version = (int) (cell / (shape[1] * shape[2]));
      long row = cell / shape[2] % shape[1];
      long column = cell % shape[2];
      boolean inside =
          region != null
              && row >= region.tops()[version]
              && row < region.tops()[version] + region.height()
              && column >= region.lefts()[version]
              && column < region.lefts()[version] + region.width();
      if (!inside) {
        assertThat(changed[i])
            .isCloseTo(base[i], within(tolerance * Math.max(1, Math.abs(base[i]))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void severalTargetsEqualSingleRuns(String name) {
    NetworkPlan plan = NetworkPlan.of(DOUBLES.get(name));
    try (Kernels kernels = new Nd4jKernels(DataType.DOUBLE)) {
      INDArray images = input(2, 3);
      int[] rows = {1, 0, 1};
      int size = thePlans(plan, kernels, images).length / 2;
      double[] weights = weights(rows.length * size);
      double[] together = gradient(plan, kernels, images, rows, weights);
      int pixels = together.length / rows.length;
      for (int r = 0; r < rows.length; r++) {
        INDArray image = Nd4jTensor.rows(images, rows[r], 1).dup('c');
        double[] own = Arrays.copyOfRange(weights, r * size, (r + 1) * size);
        double[] single = gradient(plan, kernels, image, new int[] {0}, own);
        assertThat(Arrays.copyOfRange(together, r * pixels, (r + 1) * pixels))
            .containsExactly(single, within(1e-12));
      }
    }
  }

  /** No node knows whose kernels it runs on. */
  @ParameterizedTest
  @MethodSource("graphs")
  void runsOnOtherKernelsThanNd4js(String name) {
    ComputationGraph graph = DOUBLES.get(name);
    int[] rows = {1, 0, 1};
    try (Kernels kernels = new Nd4jKernels(DataType.DOUBLE);
        Kernels plain = new PlainKernels()) {
      NetworkPlan plan = NetworkPlan.of(graph);
      NetworkPlan other = NetworkPlan.of(graph, NodeFactories.none(), plain);
      double[] outputs = thePlans(plan, kernels, input(2, 5));
      double scale = Arrays.stream(outputs).map(Math::abs).max().orElseThrow();
      assertThat(thePlans(other, plain, input(2, 5)))
          .containsExactly(outputs, within(1e-12 * Math.max(1, scale)));
      double[] weights = weights(rows.length * outputs.length / 2);
      assertThat(gradient(other, plain, input(2, 5), rows, weights))
          .containsExactly(gradient(plan, kernels, input(2, 5), rows, weights), within(1e-10));
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void aPassMayStartAtALayer(String name) {
    NetworkPlan plan = NetworkPlan.of(DOUBLES.get(name));
    int[] rows = {1, 0, 1};
    try (Kernels kernels = new Nd4jKernels(DataType.DOUBLE);
        Pass whole = new Pass(plan, kernels);
        Pass part = new Pass(plan, kernels)) {
      whole.forward(
          kernels.channelsLast(kernels.adopt(input(2, 4))), Set.of("conv", "other"), true);
      Tensor conv = kernels.gatherRows(whole.activation("conv").tensor(), rows);
      part.forwardFrom("conv", conv, whole, rows);
      Tensor expected = kernels.gatherRows(whole.activation("x").tensor(), rows);
      assertThat(kernels.values(part.activation("x").tensor()))
          .containsExactly(kernels.values(expected), within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void whatIsKeptIsWhatTheLayerComputed(String name) {
    NetworkPlan plan = NetworkPlan.of(DOUBLES.get(name));
    try (Kernels kernels = new Nd4jKernels(DataType.DOUBLE);
        Pass all = new Pass(plan, kernels)) {
      Tensor images = kernels.channelsLast(kernels.adopt(input(2, 4)));
      all.forward(images, Set.of(), true);
      for (NetworkPlan.Step step : plan.steps()) {
        try (Pass pass = new Pass(plan, kernels)) {
          pass.forward(images, Set.of(step.name()), false);
          assertThat(kernels.values(pass.activation(step.name()).tensor()))
              .as(step.name())
              .containsExactly(kernels.values(all.activation(step.name()).tensor()));
        }
      }
    }
  }

  private static double[] weights(int size) {
    Random random = new Random(size);
    return IntStream.range(0, size).mapToDouble(i -> random.nextGaussian()).toArray();
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  /** The derivative of the weighted sum of outputs; weights are in the order [R, C, H, W]. */
  private static double[] gradient(
      NetworkPlan plan, Kernels kernels, INDArray images, int[] rows, double[] weights) {
    List<double[]> found = new ArrayList<>();
    try (Pass pass = new Pass(plan, kernels)) {
      pass.forward(kernels.channelsLast(kernels.adopt(images)), Set.of(), false);
      long[] shape = pass.activation("x").array().shape().clone();
      shape[0] = rows.length;
      Tensor seed = kernels.tensor(weights, shape);
      pass.backward(
          List.of(new Seed("x", shape.length == 4 ? kernels.channelsLast(seed) : seed)),
          rows,
          new GradientRule(),
          List.of("in"),
          new LayerListener() {
            @Override
            public void gradient(LayerView activation, LayerView gradient) {
              found.add(gradient.copy().data().asDouble());
            }
          });
    }
    return found.get(0);
  }
}
