package org.gradcam4j.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Nd4jKernels;
import org.gradcam4j.pass.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Regions and operations, worked by hand and found by trying. */
class ReachTest {
  private static final int CLASSES = 4;

  private static NetworkPlan plan(int side, UnaryOperator<GraphBuilder> layers, String last) {
    GraphBuilder builder =
        layers.apply(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .graphBuilder()
                .addInputs("in"));
    ComputationGraph graph =
        new ComputationGraph(
            builder
                .addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), last)
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "gap")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(side, side, 1))
                .build());
    graph.init();
    return NetworkPlan.of(graph);
  }

  private static ConvolutionLayer.Builder convolution(int out, int kernel, int stride) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(out)
        .stride(stride, stride)
        .convolutionMode(ConvolutionMode.Truncate)
        .activation(Activation.IDENTITY);
  }

  private static void assertRegion(Region actual, int[] tops, int[] lefts, int height, int width) {
    assertThat(actual.tops()).containsExactly(tops);
    assertThat(actual.lefts()).containsExactly(lefts);
    assertThat(List.of(actual.height(), actual.width())).containsExactly(height, width);
  }

  /** 12x12, 3x3 convolution, 2x2 pooling to 6x6, 3x3 convolution to 3x3, padded at the end. */
  @Test
  void aChain() {
    NetworkPlan plan =
        plan(
            12,
            g ->
                g.addLayer("a", convolution(2, 3, 1).padding(1, 1).build(), "in")
                    .addLayer(
                        "b",
                        new SubsamplingLayer.Builder(
                                SubsamplingLayer.PoolingType.MAX,
                                new int[] {2, 2},
                                new int[] {2, 2})
                            .build(),
                        "a")
                    .addLayer(
                        "c",
                        convolution(3, 3, 2).convolutionMode(ConvolutionMode.Same).build(),
                        "b"),
            "c");
    // Rows 4 to 6 and 0 to 2, columns 0 and 1, 10 and 11.
    Region changed = new Region(new int[] {4, 0}, new int[] {0, 10}, 3, 2);
    Reach reach = new Reach(plan, 12, 12, changed);
    assertThat(reach.changed()).isEqualTo(changed);
    // Rows 3 to 7; the second's 0 to 3 are extended to five.
    assertRegion(reach.region(plan.step("a")), new int[] {3, 0}, new int[] {0, 9}, 5, 3);
    assertRegion(reach.region(plan.step("b")), new int[] {1, 0}, new int[] {0, 4}, 3, 2);
    // The one padded row is at the bottom: cell i reads rows 2 i to 2 i + 2.
    assertRegion(reach.region(plan.step("c")), new int[] {0, 0}, new int[] {0, 1}, 2, 2);
    assertRegion(
        reach.source(plan.step("c"), plan.step("b").index()),
        new int[] {0, 0},
        new int[] {0, 2},
        5,
        5);
    assertThat(reach.isWhole(plan.step("c"))).isFalse();
    assertThat(reach.isWhole(plan.step("gap"))).isTrue();
    assertThat(reach.steps()).hasSize(plan.steps().size() - 1);
    // In tiles of four: a 8x4 of 12x12, b 4x4 of 6x6, c all of its 3x3.
    double less = (12 * 12 - 8 * 4) * 2 * 9 + (6 * 6 - 4 * 4) * 2;
    assertThat(reach.wholeOperations() - reach.operations()).isEqualTo(less);
    // One of the versions keeps the size of its region.
    Reach second = reach.versions(new int[] {1, 1});
    assertRegion(second.region(plan.step("a")), new int[] {0, 0}, new int[] {9, 9}, 5, 3);
    assertThat(second.operations()).isEqualTo(reach.operations());
  }

  /** A strided shortcut reads every second cell, the other branch three. */
  @Test
  void aResidualBlock() {
    NetworkPlan plan =
        plan(
            9,
            g ->
                g.addLayer("a", convolution(2, 3, 1).padding(1, 1).build(), "in")
                    .addLayer("short", convolution(3, 1, 2).build(), "a")
                    .addLayer("long", convolution(3, 3, 2).padding(1, 1).build(), "a")
                    .addVertex(
                        "sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "long", "short"),
            "sum");
    Reach reach = new Reach(plan, 9, 9, new Region(new int[] {4, 3}, new int[] {4, 8}, 1, 1));
    assertRegion(reach.region(plan.step("a")), new int[] {3, 2}, new int[] {3, 6}, 3, 3);
    // Rows 3 to 5 hold the even row 4; rows 2 to 4 two of them.
    assertRegion(reach.region(plan.step("short")), new int[] {2, 1}, new int[] {2, 3}, 2, 2);
    assertRegion(reach.region(plan.step("long")), new int[] {1, 1}, new int[] {1, 2}, 3, 3);
    assertRegion(reach.region(plan.step("sum")), new int[] {1, 1}, new int[] {1, 2}, 3, 3);
  }

  /** Of one version: ones in the part, zeros elsewhere, convolved, are zeros outside the region. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void theRegionIsNoLargerThanItMustBe(int kernel) {
    int side = 9;
    for (int stride = 1; stride <= 3; stride++) {
      for (int padding = -1; padding < kernel; padding++) {
        ConvolutionLayer.Builder layer = convolution(1, kernel, stride);
        if (padding < 0) {
          if (kernel < stride - 1) {
            continue; // Refused.
          }
          layer.convolutionMode(ConvolutionMode.Same);
        } else {
          layer.padding(padding, padding);
        }
        NetworkPlan plan = plan(side, g -> g.addLayer("x", layer.build(), "in"), "x");
        for (int from = 0; from < side; from++) {
          for (int size = 1; from + size <= side; size += 2) {
            int[] tops = {from};
            int[] lefts = {side - size - from};
            Region changed = new Region(tops, lefts, size, size);
            Region reached = new Reach(plan, side, side, changed).region(plan.step("x"));
            int[] found = found(plan, side, changed);
            if (found == null) {
              // No window reads it: one cell, since there must be one.
              assertThat(List.of(reached.height(), reached.width())).contains(1);
            } else {
              assertThat(
                      new int[] {
                        reached.tops()[0], reached.lefts()[0], reached.height(), reached.width()
                      })
                  .as(
                      "stride %d, padding %d, %d from %d, %d",
                      stride, padding, size, tops[0], lefts[0])
                  .containsExactly(found);
            }
          }
        }
      }
    }
  }

  @Test
  void aConvolutionThatSkipsItsFirstCellsIsRefused() {
    ConvolutionLayer layer = convolution(1, 1, 3).convolutionMode(ConvolutionMode.Same).build();
    NetworkPlan plan = plan(9, g -> g.addLayer("x", layer, "in"), "x");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan.shapes(9, 9))
        .withMessageContaining("stride of at most the kernel's size");
    assertThat(plan.shapes(10, 10).get(plan.step("x").index())).containsExactly(4, 4, 1);
  }

  /** Top, left, height and width of what differs, or null for nothing. */
  private static int[] found(NetworkPlan plan, int side, Region changed) {
    double[] image = new double[side * side];
    for (int row = 0; row < changed.height(); row++) {
      for (int column = 0; column < changed.width(); column++) {
        image[(changed.tops()[0] + row) * side + changed.lefts()[0] + column] = 1;
      }
    }
    try (Kernels kernels = new Nd4jKernels(DataType.DOUBLE);
        Pass pass = new Pass(plan, kernels)) {
      pass.forward(kernels.tensor(image, 1, side, side, 1), Set.of("x"), true);
      long[] shape = pass.activation("x").tensor().shape();
      double[] sums = kernels.values(pass.activation("x").tensor());
      List<int[]> cells = new ArrayList<>();
      for (int i = 0; i < sums.length; i++) {
        if (sums[i] != 0) {
          cells.add(new int[] {i / (int) shape[2], i % (int) shape[2]});
        }
      }
      if (cells.isEmpty()) {
        return null;
      }
      int top = cells.stream().mapToInt(cell -> cell[0]).min().getAsInt();
      int left = cells.stream().mapToInt(cell -> cell[1]).min().getAsInt();
      int bottom = cells.stream().mapToInt(cell -> cell[0]).max().getAsInt();
      int right = cells.stream().mapToInt(cell -> cell[1]).max().getAsInt();
      return new int[] {top, left, bottom - top + 1, right - left + 1};
    }
  }
}
