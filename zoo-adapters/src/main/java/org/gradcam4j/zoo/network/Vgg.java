package org.gradcam4j.zoo.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

/** VGG: 3x3 convolutions in five stages, three dense layers; Caffe's layer names. */
public final class Vgg {
  private static final int[] CHANNELS = {64, 128, 256, 512, 512};

  private Vgg() {}

  /** VGG-16 (configuration D). */
  public static NetworkAdapter vgg16() {
    return adapter(16, 138_357_544, 2, 2, 3, 3, 3);
  }

  /** VGG-19 (configuration E). */
  public static NetworkAdapter vgg19() {
    return adapter(19, 143_667_240, 2, 2, 4, 4, 4);
  }

  private static NetworkAdapter adapter(int depth, long parameters, int... convolutions) {
    Preprocessing caffe = Preprocessing.caffe(224, 224, 103.939, 116.779, 123.68);
    Preprocessing torchvision = Preprocessing.torchvision(224, 224);
    Map<WeightNames, Preprocessing> published = new LinkedHashMap<>();
    published.put(new WeightNames("Caffe", Map.of()), caffe);
    published.put(
        new WeightNames(
            "torchvision",
            sequential(convolutions, "classifier.0", "classifier.3", "classifier.6")),
        torchvision);
    published.put(new WeightNames("Keras", keras(convolutions)), caffe);
    published.put(
        new WeightNames(
            "timm", sequential(convolutions, "pre_logits.fc1", "pre_logits.fc2", "head.fc")),
        torchvision);
    return new NetworkAdapter(
        "vgg" + depth,
        "VGG-" + depth,
        "Simonyan and Zisserman, Very Deep Convolutional Networks, ICLR 2015",
        parameters,
        layers(convolutions),
        "relu5_" + convolutions[4],
        ImageNetClasses.NAMES,
        (type, initialisation) -> graph(type, initialisation, convolutions),
        published);
  }

  private static List<String> layers(int[] convolutions) {
    List<String> layers = new ArrayList<>();
    for (int stage = 1; stage <= 5; stage++) {
      for (int i = 1; i <= convolutions[stage - 1]; i++) {
        layers.add("relu" + stage + "_" + i);
      }
      layers.add("pool" + stage);
    }
    Collections.reverse(layers);
    return layers;
  }

  /** Names by position, with ReLUs and poolings counted. */
  private static Map<String, Source> sequential(
      int[] convolutions, String fc6, String fc7, String fc8) {
    Map<String, Source> prefixes = new HashMap<>();
    int position = 0;
    for (int stage = 1; stage <= 5; stage++) {
      for (int i = 1; i <= convolutions[stage - 1]; i++) {
        prefixes.put("conv" + stage + "_" + i, Source.of("features." + position));
        position += 2;
      }
      position++;
    }
    prefixes.put("fc6", Source.of(fc6));
    prefixes.put("fc7", Source.of(fc7));
    prefixes.put("fc8", Source.of(fc8));
    return prefixes;
  }

  private static Map<String, Source> keras(int[] convolutions) {
    Map<String, Source> prefixes = new HashMap<>();
    for (int stage = 1; stage <= 5; stage++) {
      for (int i = 1; i <= convolutions[stage - 1]; i++) {
        prefixes.put("conv" + stage + "_" + i, Source.of("block" + stage + "_conv" + i));
      }
    }
    prefixes.put("fc6", Source.of("fc1"));
    prefixes.put("fc7", Source.of("fc2"));
    prefixes.put("fc8", Source.of("predictions"));
    return prefixes;
  }

  private static ComputationGraph graph(
      DataType type, WeightInit initialisation, int[] convolutions) {
    GraphDraft draft = new GraphDraft(type, initialisation);
    int in = 3;
    for (int stage = 1; stage <= 5; stage++) {
      int out = CHANNELS[stage - 1];
      for (int i = 1; i <= convolutions[stage - 1]; i++) {
        String place = stage + "_" + i;
        draft.convolution("conv" + place, in, out, 3, 1, 1).relu("relu" + place);
        in = out;
      }
      draft.maxPool("pool" + stage, 2, 2, 0);
    }
    return draft
        .flattenFor("fc6", 512, 7)
        .dense("fc6", 512 * 7 * 7, 4096)
        .relu("relu6")
        .dropout("drop6")
        .dense("fc7", 4096, 4096)
        .relu("relu7")
        .dropout("drop7")
        .softmaxOutput("fc8", 4096, 1000);
  }
}
