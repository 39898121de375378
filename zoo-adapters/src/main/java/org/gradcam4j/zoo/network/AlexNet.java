package org.gradcam4j.zoo.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.ImageNetClasses;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.weights.WeightNames;
import org.gradcam4j.zoo.weights.WeightNames.Source;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * AlexNet as in Caffe's bvlc_alexnet, with two groups, and ReLU before normalisation before
 * pooling; and as in torchvision, with neither groups nor normalisation.
 */
public final class AlexNet {
  private static final int INPUT = 227;
  private static final int TORCHVISION_INPUT = 224;

  private AlexNet() {}

  /** Caffe's AlexNet. */
  public static NetworkAdapter alexNet() {
    Map<String, Source> groups = new HashMap<>();
    for (String name : List.of("conv2", "conv4", "conv5")) {
      groups.put(name + "_a", new Source(name, 0, 2));
      groups.put(name + "_b", new Source(name, 1, 2));
    }
    return new NetworkAdapter(
        "alexnet",
        "AlexNet (Caffe)",
        "Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks,"
            + " NIPS 2012",
        60_965_224,
        List.of(
            "pool5", "relu5", "relu4", "relu3", "pool2", "norm2", "relu2", "pool1", "norm1",
            "relu1"),
        "relu5",
        ImageNetClasses.NAMES,
        AlexNet::graph,
        Map.of(
            new WeightNames("Caffe", groups),
            Preprocessing.caffe(INPUT, INPUT, 104.007, 116.669, 122.679)));
  }

  /** torchvision's AlexNet, with its names. */
  public static NetworkAdapter torchvision() {
    return new NetworkAdapter(
        "alexnet-torchvision",
        "AlexNet (torchvision)",
        "Krizhevsky, One weird trick for parallelizing convolutional neural networks, 2014",
        61_100_840,
        List.of(
            "features.12",
            "features.11",
            "features.9",
            "features.7",
            "features.5",
            "features.4",
            "features.2",
            "features.1"),
        "features.11",
        ImageNetClasses.NAMES,
        AlexNet::torchvisionGraph,
        Map.of(
            new WeightNames("torchvision", Map.of()),
            Preprocessing.torchvision(TORCHVISION_INPUT, TORCHVISION_INPUT)));
  }

  private static ComputationGraph graph(DataType type, WeightInit initialisation) {
    return new GraphDraft(type, initialisation)
        .convolution("conv1", 3, 96, 11, 4, 0)
        .relu("relu1")
        .caffeNormalization("norm1")
        .maxPool("pool1", 3, 2, 0)
        .groupedConvolution("conv2", 96, 256, 5, 2)
        .relu("relu2")
        .caffeNormalization("norm2")
        .maxPool("pool2", 3, 2, 0)
        .convolution("conv3", 256, 384, 3, 1, 1)
        .relu("relu3")
        .groupedConvolution("conv4", 384, 384, 3, 1)
        .relu("relu4")
        .groupedConvolution("conv5", 384, 256, 3, 1)
        .relu("relu5")
        .maxPool("pool5", 3, 2, 0)
        .flattenFor("fc6", 256, 6)
        .dense("fc6", 256 * 6 * 6, 4096)
        .relu("relu6")
        .dropout("drop6")
        .dense("fc7", 4096, 4096)
        .relu("relu7")
        .dropout("drop7")
        .softmaxOutput("fc8", 4096, 1000);
  }

  private static ComputationGraph torchvisionGraph(DataType type, WeightInit initialisation) {
    return new GraphDraft(type, initialisation)
        .convolution("features.0", 3, 64, 11, 4, 2)
        .relu("features.1")
        .maxPool("features.2", 3, 2, 0)
        .convolution("features.3", 64, 192, 5, 1, 2)
        .relu("features.4")
        .maxPool("features.5", 3, 2, 0)
        .convolution("features.6", 192, 384, 3, 1, 1)
        .relu("features.7")
        .convolution("features.8", 384, 256, 3, 1, 1)
        .relu("features.9")
        .convolution("features.10", 256, 256, 3, 1, 1)
        .relu("features.11")
        .maxPool("features.12", 3, 2, 0)
        .dropout("classifier.0")
        // torchvision's adaptive pooling to 6x6 does nothing to the 6x6 cells of a 224x224 input.
        .flattenFor("classifier.1", 256, 6)
        .dense("classifier.1", 256 * 6 * 6, 4096)
        .relu("classifier.2")
        .dropout("classifier.3")
        .dense("classifier.4", 4096, 4096)
        .relu("classifier.5")
        .softmaxOutput("classifier.6", 4096, 1000);
  }
}
