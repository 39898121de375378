package org.gradcam4j.zoo.network;

import java.util.ArrayList;
import java.util.Collections;
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
 * ResNet as torchvision has it (v1.5: a bottleneck's stride is in its 3x3 convolution), with its
 * names. The output of stage s, its last block's ReLU, is {@code layer<s>}; that of its other
 * blocks {@code layer<s>.<block>}.
 */
public final class ResNet {
  private static final String PAPER =
      "He et al., Deep Residual Learning for Image Recognition, CVPR 2016";

  private ResNet() {}

  /** ResNet-18: two 3x3 convolutions a block. */
  public static NetworkAdapter resNet18() {
    return adapter(18, 11_699_112, false, 2, 2, 2, 2);
  }

  /** ResNet-50: bottlenecks. */
  public static NetworkAdapter resNet50() {
    return adapter(50, 25_610_152, true, 3, 4, 6, 3);
  }

  private static NetworkAdapter adapter(
      int depth, long parameters, boolean bottleneck, int... blocks) {
    return new NetworkAdapter(
        "resnet" + depth,
        "ResNet-" + depth,
        PAPER,
        parameters,
        layers(blocks),
        "layer4",
        ImageNetClasses.NAMES,
        (type, initialisation) -> graph(type, initialisation, bottleneck, blocks),
        Map.of(new WeightNames("torchvision", Map.of()), Preprocessing.torchvision(224, 224)));
  }

  private static List<String> layers(int[] blocks) {
    List<String> layers = new ArrayList<>(List.of("relu"));
    for (int stage = 1; stage <= 4; stage++) {
      for (int block = 0; block < blocks[stage - 1]; block++) {
        layers.add(output(stage, block, blocks));
      }
    }
    Collections.reverse(layers);
    return layers;
  }

  private static String output(int stage, int block, int[] blocks) {
    String name = "layer" + stage;
    return block == blocks[stage - 1] - 1 ? name : name + "." + block;
  }

  private static ComputationGraph graph(
      DataType type, WeightInit initialisation, boolean bottleneck, int[] blocks) {
    GraphDraft draft =
        new GraphDraft(type, initialisation)
            .convolutionWithoutBias("conv1", 3, 64, 7, 2, 3)
            .batchNormalization("bn1", 64)
            .relu("relu")
            .maxPool("maxpool", 3, 2, 1);
    int in = 64;
    for (int stage = 1; stage <= 4; stage++) {
      int width = 32 << stage;
      int out = bottleneck ? 4 * width : width;
      for (int block = 0; block < blocks[stage - 1]; block++) {
        int stride = stage > 1 && block == 0 ? 2 : 1;
        String name = "layer" + stage + "." + block;
        block(draft, name, output(stage, block, blocks), in, width, out, stride, bottleneck);
        in = out;
      }
    }
    return draft.globalAveragePool("avgpool").softmaxOutput("fc", in, 1000);
  }

  private static void block(
      GraphDraft draft,
      String name,
      String output,
      int in,
      int width,
      int out,
      int stride,
      boolean bottleneck) {
    String shortcut = draft.last();
    if (bottleneck) {
      convolution(draft, name, 1, in, width, 1, 1).relu(name + ".relu1");
      convolution(draft, name, 2, width, width, 3, stride).relu(name + ".relu2");
      convolution(draft, name, 3, width, out, 1, 1);
    } else {
      convolution(draft, name, 1, in, width, 3, stride).relu(name + ".relu1");
      convolution(draft, name, 2, width, out, 3, 1);
    }
    String residual = draft.last();
    if (stride != 1 || in != out) {
      draft
          .after(shortcut)
          .convolutionWithoutBias(name + ".downsample.0", in, out, 1, stride, 0)
          .batchNormalization(name + ".downsample.1", out);
      shortcut = draft.last();
    }
    draft.sum(name + ".add", residual, shortcut).relu(output);
  }

  private static GraphDraft convolution(
      GraphDraft draft, String name, int number, int in, int out, int kernel, int stride) {
    return draft
        .convolutionWithoutBias(name + ".conv" + number, in, out, kernel, stride, kernel / 2)
        .batchNormalization(name + ".bn" + number, out);
  }
}
