package org.gradcam4j.zoo.network;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.ImageNetClasses;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.weights.WeightNames;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * GoogLeNet as in Caffe's bvlc_googlenet, with its names: an inception module is {@code
 * inception_3a/output}. Without the two classifiers that help in training.
 */
public final class GoogLeNet {
  private GoogLeNet() {}

  /** Caffe's GoogLeNet. */
  public static NetworkAdapter googLeNet() {
    return new NetworkAdapter(
        "googlenet",
        "GoogLeNet (Caffe)",
        "Szegedy et al., Going Deeper with Convolutions, CVPR 2015",
        6_998_552,
        List.of(
            "inception_5b/output",
            "inception_5a/output",
            "pool4/3x3_s2",
            "inception_4e/output",
            "inception_4d/output",
            "inception_4c/output",
            "inception_4b/output",
            "inception_4a/output",
            "pool3/3x3_s2",
            "inception_3b/output",
            "inception_3a/output",
            "pool2/3x3_s2",
            "conv2/norm2",
            "conv2/relu_3x3",
            "conv2/relu_3x3_reduce",
            "pool1/norm1",
            "pool1/3x3_s2",
            "conv1/relu_7x7"),
        "inception_5b/output",
        ImageNetClasses.NAMES,
        GoogLeNet::graph,
        Map.of(
            new WeightNames("Caffe", Map.of(), Set.of("loss1/", "loss2/")),
            Preprocessing.caffe(224, 224, 104, 117, 123)));
  }

  private static ComputationGraph graph(DataType type, WeightInit initialisation) {
    GraphDraft draft =
        new GraphDraft(type, initialisation)
            .convolution("conv1/7x7_s2", 3, 64, 7, 2, 3)
            .relu("conv1/relu_7x7")
            .halvingMaxPool("pool1/3x3_s2")
            .caffeNormalization("pool1/norm1")
            .convolution("conv2/3x3_reduce", 64, 64, 1, 1, 0)
            .relu("conv2/relu_3x3_reduce")
            .convolution("conv2/3x3", 64, 192, 3, 1, 1)
            .relu("conv2/relu_3x3")
            .caffeNormalization("conv2/norm2")
            .halvingMaxPool("pool2/3x3_s2");
    inception(draft, "3a", 192, 64, 96, 128, 16, 32, 32);
    inception(draft, "3b", 256, 128, 128, 192, 32, 96, 64);
    draft.halvingMaxPool("pool3/3x3_s2");
    inception(draft, "4a", 480, 192, 96, 208, 16, 48, 64);
    inception(draft, "4b", 512, 160, 112, 224, 24, 64, 64);
    inception(draft, "4c", 512, 128, 128, 256, 24, 64, 64);
    inception(draft, "4d", 512, 112, 144, 288, 32, 64, 64);
    inception(draft, "4e", 528, 256, 160, 320, 32, 128, 128);
    draft.halvingMaxPool("pool4/3x3_s2");
    inception(draft, "5a", 832, 256, 160, 320, 32, 128, 128);
    inception(draft, "5b", 832, 384, 192, 384, 48, 128, 128);
    return draft
        .globalAveragePool("pool5/7x7_s1")
        .dropout("pool5/drop_7x7_s1", 0.6)
        .softmaxOutput("loss3/classifier", 1024, 1000);
  }

  /** A row of the paper's table 1. */
  private static void inception(
      GraphDraft draft,
      String name,
      int in,
      int out1x1,
      int reduce3x3,
      int out3x3,
      int reduce5x5,
      int out5x5,
      int projection) {
    String module = "inception_" + name + "/";
    String source = draft.last();
    convolution(draft, module, "1x1", in, out1x1, 1);
    convolution(draft.after(source), module, "3x3_reduce", in, reduce3x3, 1);
    convolution(draft, module, "3x3", reduce3x3, out3x3, 3);
    convolution(draft.after(source), module, "5x5_reduce", in, reduce5x5, 1);
    convolution(draft, module, "5x5", reduce5x5, out5x5, 5);
    draft.after(source).maxPool(module + "pool", 3, 1, 1);
    convolution(draft, module, "pool_proj", in, projection, 1);
    draft.join(
        module + "output",
        module + "relu_1x1",
        module + "relu_3x3",
        module + "relu_5x5",
        module + "relu_pool_proj");
  }

  private static void convolution(
      GraphDraft draft, String module, String name, int in, int out, int kernel) {
    draft.convolution(module + name, in, out, kernel, 1, kernel / 2).relu(module + "relu_" + name);
  }
}
