package org.gradcam4j.plan.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.gradcam4j.plan.NetworkPlan;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** The graph that docs/adding-a-node.md adds to core's tests. */
class NodeRecipeTest {
  private static final String GRAPH = "element-wise multiplication";

  @Test
  void theGraphHasTheNode() {
    NetworkPlan plan = NetworkPlan.of(NodeGraphs.all(DataType.DOUBLE).get(GRAPH));
    assertThat(plan.step("x:pre").node()).isInstanceOf(MultiplicationNode.class);
  }

  @Test
  void coresTestsHoldForIt() {
    new NodesTest().outputEqualsTheGraphs(GRAPH);
    new NodesTest().gradientEqualsFiniteDifferences(GRAPH);
    new NodesTest().severalTargetsEqualSingleRuns(GRAPH);
  }
}
