package org.gradcam4j.benchmarks.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.node.ConvolutionNode;
import org.gradcam4j.plan.node.DenseNode;
import org.gradcam4j.plan.node.MaxPoolNode;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What the kernels are timed on is what the networks have. */
class ShapesTest {
  @ParameterizedTest
  @ValueSource(strings = {"vgg16", "resnet50", "alexnet", "alexnet-torchvision"})
  void areTheNetworks(String id) {
    NetworkAdapter adapter = Zoo.find(id);
    ComputationGraph graph = adapter.architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    NetworkPlan plan = NetworkPlan.of(graph);
    int size = adapter.preprocessing().height();
    List<long[]> sizes = plan.shapes(size, size);
    Set<String> convolutions = new HashSet<>();
    Set<String> products = new HashSet<>();
    for (Step step : plan.steps()) {
      String layer = id + ":" + step.name();
      long[] in = step.inputs().isEmpty() ? null : sizes.get(step.inputs().get(0));
      if (step.node() instanceof ConvolutionNode c) {
        long[] w = c.weights().shape();
        ConvolutionShape shape =
            new ConvolutionShape(
                layer,
                (int) in[0],
                (int) w[1],
                (int) w[0],
                (int) w[2],
                c.window().strideHeight(),
                c.window().paddingHeight());
        assertThat(shape.window()).isEqualTo(c.window());
        convolutions.add(shape.toString().replace(layer, id) + shape.padding());
        ConvolutionShape.ALL.stream()
            .filter(timed -> timed.layer().equals(layer))
            .forEach(timed -> assertThat(timed).isEqualTo(shape));
      } else if (step.node() instanceof DenseNode d) {
        long[] w = d.weights().shape();
        products.add(w[0] + " " + w[1]);
        assertThat(DenseShape.ALL).anyMatch(shape -> shape.in() == w[0] && shape.out() == w[1]);
      } else if (step.node() instanceof MaxPoolNode pool) {
        PoolingShape.ALL.stream()
            .filter(shape -> shape.layer().equals(layer))
            .forEach(
                shape -> {
                  assertThat(shape.window()).isEqualTo(pool.window());
                  assertThat(in).containsExactly(shape.size(), shape.size(), shape.channels());
                });
      }
    }
    assertThat(
            ConvolutionShape.ALL.stream()
                .filter(shape -> shape.layer().startsWith(id + ":"))
                .map(shape -> shape.toString().replace(shape.layer(), id) + shape.padding()))
        .containsExactlyInAnyOrderElementsOf(convolutions);
    assertThat(
            DenseShape.ALL.stream()
                .filter(shape -> shape.layer().startsWith(id + ":"))
                .map(shape -> shape.in() + " " + shape.out()))
        .isSubsetOf(products);
    graph.close();
  }
}
