package org.gradcam4j.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.RegionNetworks;
import org.gradcam4j.SmallNetworks;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.Reach;
import org.gradcam4j.plan.Region;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What a part of an image changes, computed alone, is what whole passes compute. */
class ForwardPartTest {
  private static final Map<String, ComputationGraph> DOUBLES = RegionNetworks.all(DataType.DOUBLE);
  private static final Map<String, ComputationGraph> FLOATS = RegionNetworks.all(DataType.FLOAT);
  private static final Map<String, ComputationGraph> SMALL = SmallNetworks.graphs(DataType.DOUBLE);

  static Stream<String> networks() {
    return DOUBLES.keySet().stream();
  }

  static Stream<String> smallNetworks() {
    return SMALL.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void partsEqualWholePasses(String name) {
    WholeAndPart.assertAlike(DOUBLES.get(name), RegionNetworks.HEIGHT, RegionNetworks.WIDTH, 1e-12);
    WholeAndPart.assertAlike(FLOATS.get(name), RegionNetworks.HEIGHT, RegionNetworks.WIDTH, 1e-5);
  }

  @ParameterizedTest
  @MethodSource("smallNetworks")
  void partsOfSmallNetworksEqualWholePasses(String name) {
    WholeAndPart.assertAlike(SMALL.get(name), SmallNetworks.HEIGHT, SmallNetworks.WIDTH, 1e-12);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aSmallPartTakesFewerOperationsAndAllTakesAll(String name) {
    NetworkPlan plan = NetworkPlan.of(DOUBLES.get(name));
    int height = RegionNetworks.HEIGHT;
    int width = RegionNetworks.WIDTH;
    int[] at = {7};
    Reach pixel = new Reach(plan, height, width, new Region(at, at, 1, 1));
    Reach some = new Reach(plan, height, width, new Region(at, at, 5, 4));
    int[] corner = {0};
    Reach all = new Reach(plan, height, width, new Region(corner, corner, height, width));
    assertThat(pixel.operations()).isPositive().isLessThan(pixel.wholeOperations());
    assertThat(some.operations()).isBetween(pixel.operations(), some.wholeOperations());
    assertThat(all.operations()).isEqualTo(all.wholeOperations());
  }
}
