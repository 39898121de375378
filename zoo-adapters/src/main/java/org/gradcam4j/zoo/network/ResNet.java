package org.gradcam4j.zoo.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
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
 * ResNet with torchvision's names. The output of stage s, its last block's ReLU, is {@code
 * layer<s>}; that of its other blocks {@code layer<s>.<block>}.
 */
public final class ResNet {
  private static final String PAPER =
      "He et al., Deep Residual Learning for Image Recognition, CVPR 2016";
  private static final int[] BLOCKS_50 = {3, 4, 6, 3};
  private static final long PARAMETERS_50 = 25_610_152;
  private static final int CONVOLVED_CHANNELS_50 = 26_560;

  /**
   * What publishers do differently.
   *
   * @param strideFirst whether a bottleneck's stride is in its first 1x1 convolution, as in the
   *     paper, or in its 3x3 one (v1.5)
   * @param stemBias whether the first convolution has biases
   * @param bias whether the others have
   * @param epsilon what is added to variances
   * @param poolRoundsUp whether the first pooling has its padding at the bottom and on the right
   */
  private record Variant(
      boolean strideFirst, boolean stemBias, boolean bias, double epsilon, boolean poolRoundsUp) {
    static final Variant TORCHVISION = new Variant(false, false, false, 1e-5, false);
    static final Variant CAFFE = new Variant(true, true, false, 1e-5, true);

    static Variant keras(double epsilon) {
      return new Variant(true, true, true, epsilon, false);
    }
  }

  private final Variant variant;
  private final boolean bottleneck;
  private final int[] blocks;

  private ResNet(Variant variant, boolean bottleneck, int... blocks) {
    this.variant = variant;
    this.bottleneck = bottleneck;
    this.blocks = blocks;
  }

  /** ResNet-18: two 3x3 convolutions a block. */
  public static NetworkAdapter resNet18() {
    return torchvision(18, 11_699_112, false, 2, 2, 2, 2);
  }

  /** ResNet-34: two 3x3 convolutions a block. */
  public static NetworkAdapter resNet34() {
    return torchvision(34, 21_814_696, false, 3, 4, 6, 3);
  }

  /** ResNet-50: bottlenecks. */
  public static NetworkAdapter resNet50() {
    return torchvision(50, PARAMETERS_50, true, BLOCKS_50);
  }

  /** ResNet-101: bottlenecks. */
  public static NetworkAdapter resNet101() {
    return torchvision(101, 44_654_504, true, 3, 4, 23, 3);
  }

  /** ResNet-152: bottlenecks. */
  public static NetworkAdapter resNet152() {
    return torchvision(152, 60_344_232, true, 3, 8, 36, 3);
  }

  /** timm's names are torchvision's. */
  private static NetworkAdapter torchvision(
      int depth, long parameters, boolean bottleneck, int... blocks) {
    return new ResNet(Variant.TORCHVISION, bottleneck, blocks)
        .adapter(
            "resnet" + depth,
            "ResNet-" + depth,
            parameters,
            Map.of(new WeightNames("torchvision", Map.of()), Preprocessing.torchvision(224, 224)));
  }

  /** ResNet-50 of Keras: the paper's strides, and biases in all convolutions. */
  public static NetworkAdapter keras50() {
    Map<WeightNames, Preprocessing> published = new LinkedHashMap<>();
    published.put(new WeightNames("Keras", ResNetNames.keras(BLOCKS_50, "predictions")), means());
    published.put(
        new WeightNames("Keras Applications", ResNetNames.keras(BLOCKS_50, "probs")), means());
    return new ResNet(Variant.keras(1.001e-5), true, BLOCKS_50)
        .adapter(
            "resnet50-keras",
            "ResNet-50 (Keras)",
            PARAMETERS_50 + CONVOLVED_CHANNELS_50,
            published);
  }

  /** The same before Keras Applications 1.0.7: other names, and another epsilon. */
  public static NetworkAdapter oldKeras50() {
    return new ResNet(Variant.keras(1e-3), true, BLOCKS_50)
        .adapter(
            "resnet50-keras-old",
            "ResNet-50 (Keras until 2.2.4)",
            PARAMETERS_50 + CONVOLVED_CHANNELS_50,
            Map.of(new WeightNames("Keras until 2.2.4", ResNetNames.oldKeras(BLOCKS_50)), means()));
  }

  /** ResNet-50 of the paper's authors: its strides, biases in the first convolution alone. */
  public static NetworkAdapter caffe50() {
    return new ResNet(Variant.CAFFE, true, BLOCKS_50)
        .adapter(
            "resnet50-caffe",
            "ResNet-50 (Caffe)",
            PARAMETERS_50 + 64,
            Map.of(new WeightNames("Caffe", ResNetNames.caffe(BLOCKS_50)), means()));
  }

  private static Preprocessing means() {
    return Preprocessing.caffe(224, 224, 103.939, 116.779, 123.68);
  }

  private NetworkAdapter adapter(
      String id, String title, long parameters, Map<WeightNames, Preprocessing> published) {
    return new NetworkAdapter(
        id,
        title,
        PAPER,
        parameters,
        layers(),
        "layer4",
        ImageNetClasses.NAMES,
        this::graph,
        published);
  }

  private List<String> layers() {
    List<String> layers = new ArrayList<>(List.of("relu"));
    for (int stage = 1; stage <= 4; stage++) {
      for (int block = 0; block < blocks[stage - 1]; block++) {
        layers.add(output(stage, block));
      }
    }
    Collections.reverse(layers);
    return layers;
  }

  private String output(int stage, int block) {
    String name = "layer" + stage;
    return block == blocks[stage - 1] - 1 ? name : name + "." + block;
  }

  private ComputationGraph graph(DataType type, WeightInit initialisation) {
    GraphDraft draft =
        new GraphDraft(type, initialisation)
            .convolution("conv1", 3, 64, 7, 2, 3, variant.stemBias())
            .batchNormalization("bn1", 64, variant.epsilon())
            .relu("relu");
    if (variant.poolRoundsUp()) {
      draft.halvingMaxPool("maxpool");
    } else {
      draft.maxPool("maxpool", 3, 2, 1);
    }
    int in = 64;
    for (int stage = 1; stage <= 4; stage++) {
      int width = 32 << stage;
      int out = bottleneck ? 4 * width : width;
      for (int block = 0; block < blocks[stage - 1]; block++) {
        int stride = stage > 1 && block == 0 ? 2 : 1;
        block(draft, "layer" + stage + "." + block, output(stage, block), in, width, out, stride);
        in = out;
      }
    }
    return draft.globalAveragePool("avgpool").softmaxOutput("fc", in, 1000);
  }

  private void block(
      GraphDraft draft, String name, String output, int in, int width, int out, int stride) {
    String shortcut = draft.last();
    if (bottleneck) {
      int first = variant.strideFirst() ? stride : 1;
      convolution(draft, name, 1, in, width, 1, first).relu(name + ".relu1");
      convolution(draft, name, 2, width, width, 3, stride / first).relu(name + ".relu2");
      convolution(draft, name, 3, width, out, 1, 1);
    } else {
      convolution(draft, name, 1, in, width, 3, stride).relu(name + ".relu1");
      convolution(draft, name, 2, width, out, 3, 1);
    }
    String residual = draft.last();
    if (stride != 1 || in != out) {
      draft
          .after(shortcut)
          .convolution(name + ".downsample.0", in, out, 1, stride, 0, variant.bias())
          .batchNormalization(name + ".downsample.1", out, variant.epsilon());
      shortcut = draft.last();
    }
    draft.sum(name + ".add", residual, shortcut).relu(output);
  }

  private GraphDraft convolution(
      GraphDraft draft, String name, int number, int in, int out, int kernel, int stride) {
    return draft
        .convolution(name + ".conv" + number, in, out, kernel, stride, kernel / 2, variant.bias())
        .batchNormalization(name + ".bn" + number, out, variant.epsilon());
  }
}
