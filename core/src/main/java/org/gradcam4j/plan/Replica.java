package org.gradcam4j.plan;

import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Second networks beside a user's own, which keeps what it was last given and must not be touched.
 */
public final class Replica {
  private Replica() {}

  /** The same network over the same parameters. */
  public static ComputationGraph of(ComputationGraph graph) {
    ComputationGraph replica = new ComputationGraph(configuration(graph));
    replica.init(graph.params(), false);
    return replica;
  }

  /** The same network over the same parameters. */
  public static MultiLayerNetwork of(MultiLayerNetwork network) {
    MultiLayerNetwork replica = new MultiLayerNetwork(network.getLayerWiseConfigurations().clone());
    replica.init(network.params(), false);
    return replica;
  }

  /** A copy; Deeplearning4j 1.0.0-M2.1 forgets the axes of merges in its own. */
  private static ComputationGraphConfiguration configuration(ComputationGraph graph) {
    ComputationGraphConfiguration copy = graph.getConfiguration().clone();
    for (Map.Entry<String, GraphVertex> entry : graph.getConfiguration().getVertices().entrySet()) {
      if (entry.getValue() instanceof MergeVertex merge) {
        ((MergeVertex) copy.getVertices().get(entry.getKey())).setMergeAxis(merge.getMergeAxis());
      }
    }
    return copy;
  }
}
