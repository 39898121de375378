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
  private static final int[] DEPTH_16 = {2, 2, 3, 3, 3};

  private Vgg() {}

  /** VGG-16 (configuration D). */
  public static NetworkAdapter vgg16() {
    Map<WeightNames, Preprocessing> published = new LinkedHashMap<>();
    published.put(
        new WeightNames("Caffe", Map.of()),
        Preprocessing.caffe(224, 224, 103.939, 116.779, 123.68));
    published.put(
        new WeightNames("torchvision", torchvision()), Preprocessing.torchvision(224, 224));
    return new NetworkAdapter(
        "vgg16",
        "VGG-16",
        "Simonyan and Zisserman, Very Deep Convolutional Networks, ICLR 2015",
        138_357_544,
        layers(),
        "relu5_3",
        ImageNetClasses.NAMES,
        Vgg::graph,
        published);
  }

  private static List<String> layers() {
    List<String> layers = new ArrayList<>();
    for (int stage = 1; stage <= 5; stage++) {
      for (int i = 1; i <= DEPTH_16[stage - 1]; i++) {
        layers.add("relu" + stage + "_" + i);
      }
      layers.add("pool" + stage);
    }
    Collections.reverse(layers);
    return layers;
  }

  private static Map<String, Source> torchvision() {
    Map<String, Source> prefixes = new HashMap<>();
    int position = 0;
    for (int stage = 1; stage <= 5; stage++) {
      for (int i = 1; i <= DEPTH_16[stage - 1]; i++) {
        prefixes.put("conv" + stage + "_" + i, Source.of("features." + position));
        position += 2;
      }
      position++;
    }
    prefixes.put("fc6", Source.of("classifier.0"));
    prefixes.put("fc7", Source.of("classifier.3"));
    prefixes.put("fc8", Source.of("classifier.6"));
    return prefixes;
  }

  private static ComputationGraph graph(DataType type, WeightInit initialisation) {
    GraphDraft draft = new GraphDraft(type, initialisation);
    int in = 3;
    for (int stage = 1; stage <= 5; stage++) {
      int out = CHANNELS[stage - 1];
      for (int i = 1; i <= DEPTH_16[stage - 1]; i++) {
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
