package org.gradcam4j.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.SmallNetworks;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Nd4jKernels;
import org.gradcam4j.kernel.PlainKernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.pass.Pass;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NodeFactories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Every method gives the same on kernels that know nothing of ND4J as on ND4J's. */
class OtherKernelsTest {
  private static final DataType TYPE = DataType.DOUBLE;
  private static final Map<String, ComputationGraph> GRAPHS = SmallNetworks.graphs(TYPE);

  static Stream<Arguments> networksAndMethods() {
    return GRAPHS.keySet().stream()
        .flatMap(network -> Methods.names().stream().map(name -> Arguments.of(network, name)));
  }

  /** What a method makes of two images, each with two classes. */
  private record Outcome(double[][] scores, List<SaliencyMap> maps, Optional<String> refusal) {}

  private static Outcome outcome(NetworkPlan plan, Kernels kernels, Method method) {
    Attribution.Site site =
        new Attribution.Site(plan, deepestRectifier(plan), Preprocessing.torchvision(11, 13));
    Targets targets =
        new Targets(
            Stream.of(0, 3, 1, 3).map(OtherKernelsTest::score).toList(),
            new int[] {0, 0, 1, 1},
            List.of("out", "out", "out", "out"),
            Score.LOGIT);
    try (Pass pass = new Pass(plan, kernels)) {
      Tensor images = kernels.channelsLast(kernels.adopt(SmallNetworks.input(TYPE, 2, 1)));
      pass.forward(images, Set.of(site.defaultLayer(), "in"), true);
      double[][] scores = Targets.scores(pass, plan.logits());
      try {
        Attribution attribution =
            new Attribution(
                pass, images, targets, site, () -> new Pass(plan, kernels), share -> {});
        return new Outcome(scores, method.explain(attribution), Optional.empty());
      } catch (IllegalArgumentException e) {
        return new Outcome(scores, List.of(), Optional.of(e.getMessage()));
      }
    }
  }

  private static Objective score(int classIndex) {
    return Objective.sum("class " + classIndex, OptionalInt.of(classIndex), classIndex);
  }

  private static String deepestRectifier(NetworkPlan plan) {
    return Stream.of("a", "relu2", "relu1")
        .filter(name -> plan.steps().stream().anyMatch(step -> step.name().equals(name)))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("networksAndMethods")
  void givesTheSameScoresAndMaps(String network, String name) {
    Method method =
        Methods.create(
            name, new Methods.Options(null, false, Upsampling.HALF_PIXEL_BILINEAR, 5, 4, 6));
    try (Kernels kernels = new Nd4jKernels(TYPE);
        Kernels plain = new PlainKernels()) {
      ComputationGraph graph = GRAPHS.get(network);
      Outcome expected = outcome(NetworkPlan.of(graph), kernels, method);
      Outcome found = outcome(NetworkPlan.of(graph, NodeFactories.none(), plain), plain, method);
      for (int n = 0; n < expected.scores().length; n++) {
        assertThat(found.scores()[n]).containsExactly(expected.scores()[n], within(1e-12));
      }
      assertThat(found.refusal()).isEqualTo(expected.refusal());
      assertThat(found.maps()).hasSameSizeAs(expected.maps());
      for (int m = 0; m < expected.maps().size(); m++) {
        assertSame(found.maps().get(m), expected.maps().get(m));
      }
    }
  }

  private static void assertSame(SaliencyMap found, SaliencyMap expected) {
    float largest = 0;
    for (float value : expected.values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(List.of(found.channels(), found.height(), found.width()))
        .isEqualTo(List.of(expected.channels(), expected.height(), expected.width()));
    assertThat(found.values()).containsExactly(expected.values(), within(1e-6f * largest));
  }
}
