package org.gradcam4j.zoo.network;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.ImageNetClasses;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.weights.WeightNames;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * SqueezeNet as torchvision has it, with its names: a fire module is {@code features.<i>}. Its
 * poolings round up, which at 224x224 is the same as rounding down.
 */
public final class SqueezeNet {
  private SqueezeNet() {}

  /** Version 1.1. */
  public static NetworkAdapter v11() {
    return new NetworkAdapter(
        "squeezenet1_1",
        "SqueezeNet 1.1",
        "Iandola et al., SqueezeNet: AlexNet-level accuracy with 50x fewer parameters, 2016",
        1_235_496,
        List.of(
            "classifier.2",
            "features.12",
            "features.11",
            "features.10",
            "features.9",
            "features.8",
            "features.7",
            "features.6",
            "features.5",
            "features.4",
            "features.3",
            "features.2",
            "features.1"),
        "features.12",
        ImageNetClasses.NAMES,
        SqueezeNet::graph,
        Map.of(new WeightNames("torchvision", Map.of()), Preprocessing.torchvision(224, 224)));
  }

  private static ComputationGraph graph(DataType type, WeightInit initialisation) {
    GraphDraft draft =
        new GraphDraft(type, initialisation)
            .convolution("features.0", 3, 64, 3, 2, 0)
            .relu("features.1")
            .maxPool("features.2", 3, 2, 0);
    fire(draft, 3, 64, 16, 64);
    fire(draft, 4, 128, 16, 64);
    draft.maxPool("features.5", 3, 2, 0);
    fire(draft, 6, 128, 32, 128);
    fire(draft, 7, 256, 32, 128);
    draft.maxPool("features.8", 3, 2, 0);
    fire(draft, 9, 256, 48, 192);
    fire(draft, 10, 384, 48, 192);
    fire(draft, 11, 384, 64, 256);
    fire(draft, 12, 512, 64, 256);
    return draft
        .dropout("classifier.0")
        .convolution("classifier.1", 512, 1000, 1, 1, 0)
        .relu("classifier.2")
        .globalAveragePool("classifier.3")
        .softmax("softmax");
  }

  private static void fire(GraphDraft draft, int position, int in, int squeeze, int expand) {
    String name = "features." + position;
    draft
        .convolution(name + ".squeeze", in, squeeze, 1, 1, 0)
        .relu(name + ".squeeze_activation")
        .convolution(name + ".expand1x1", squeeze, expand, 1, 1, 0)
        .relu(name + ".expand1x1_activation")
        .after(name + ".squeeze_activation")
        .convolution(name + ".expand3x3", squeeze, expand, 3, 1, 1)
        .relu(name + ".expand3x3_activation")
        .join(name, name + ".expand1x1_activation", name + ".expand3x3_activation");
  }
}
