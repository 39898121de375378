package org.gradcam4j.zoo.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.weights.WeightNames;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The small network that ships with the project: which of ten shapes are in a scene, several at
 * once. In the manner of VGG: 3x3 convolutions in four stages, two dense layers, a sigmoid a class.
 *
 * <p>A cell of {@code relu4_2}, 14x14 of them, sees 62x62 pixels: an object and some of what is
 * around it. The last pooling takes the mean of each quarter of the scene, since where an object is
 * matters little for what it is; a dense layer over all cells would learn every place anew.
 */
public final class ShapesNet {
  /** Rows and columns of its input, pixels. */
  public static final int INPUT = 112;

  /** Its classes, in the order of its outputs. */
  public static final List<String> CLASSES =
      List.of(
          "circle",
          "square",
          "triangle",
          "star",
          "ring",
          "cross",
          "heart",
          "crescent",
          "arrow",
          "hexagon");

  private static final int DENSE = 128;

  private ShapesNet() {}

  /** The network, with its weights. */
  public static NetworkAdapter shapes() {
    return new NetworkAdapter(
        "shapes",
        "ShapesNet",
        "trained by this project on scenes that it draws",
        249_514,
        List.of(
            "pool4", "relu4_2", "relu4_1", "pool3", "relu3_2", "relu3_1", "pool2", "relu2_1",
            "pool1", "relu1_1"),
        "relu4_2",
        CLASSES,
        ShapesNet::graph,
        Map.of(
            new WeightNames("gradcam4j", Map.of()),
            new Preprocessing(
                INPUT,
                INPUT,
                Preprocessing.ChannelOrder.RGB,
                1.0 / 255,
                List.of(0.5, 0.5, 0.5),
                List.of(0.25, 0.25, 0.25),
                Preprocessing.Resampling.ANTIALIASED_BILINEAR)),
        Optional.of("/org/gradcam4j/zoo/network/shapes.safetensors"));
  }

  private static ComputationGraph graph(DataType type, WeightInit initialisation) {
    return new GraphDraft(type, initialisation)
        .convolution("conv1_1", 3, 16, 3, 1, 1)
        .relu("relu1_1")
        .maxPool("pool1", 2, 2, 0)
        .convolution("conv2_1", 16, 32, 3, 1, 1)
        .relu("relu2_1")
        .maxPool("pool2", 2, 2, 0)
        .convolution("conv3_1", 32, 64, 3, 1, 1)
        .relu("relu3_1")
        .convolution("conv3_2", 64, 64, 3, 1, 1)
        .relu("relu3_2")
        .maxPool("pool3", 2, 2, 0)
        .convolution("conv4_1", 64, 96, 3, 1, 1)
        .relu("relu4_1")
        .convolution("conv4_2", 96, 96, 3, 1, 1)
        .relu("relu4_2")
        .averagePool("pool4", 7, 7)
        .flattenFor("fc6", 96, 2)
        .dense("fc6", 96 * 2 * 2, DENSE)
        .relu("relu6")
        .dropout("drop6", 0.9)
        .sigmoidOutput("fc7", DENSE, CLASSES.size());
  }
}
