package org.gradcam4j.zoo.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gradcam4j.zoo.weights.WeightNames.Source;

/** How others name the layers of a ResNet of bottlenecks, by torchvision's names. */
final class ResNetNames {
  private ResNetNames() {}

  /** A convolution of a block: 1 to 3, or the shortcut's, 0. Stages and blocks from 1. */
  private record Place(int stage, int block, int number) {
    String convolution() {
      return name("conv", ".0");
    }

    String normalization() {
      return name("bn", ".1");
    }

    private String name(String kind, String position) {
      return "layer%d.%d.".formatted(stage, block - 1)
          + (number == 0 ? "downsample" + position : kind + number);
    }

    /** Keras's since Keras Applications 1.0.7; the stem is its stage 1. */
    String keras() {
      return "conv%d_block%d_%d".formatted(stage + 1, block, number);
    }

    /** The authors': {@code 2a_branch2b}. */
    String caffe() {
      return "%d%c_branch%s"
          .formatted(
              stage + 1, 'a' + block - 1, number == 0 ? "1" : "2" + "abc".charAt(number - 1));
    }
  }

  /** {@code conv2_block1_1_conv}, {@code conv2_block1_1_bn}. */
  static Map<String, Source> keras(int[] blocks, String dense) {
    Map<String, Source> names = new HashMap<>();
    names.put("conv1", Source.of("conv1_conv"));
    names.put("bn1", Source.of("conv1_bn"));
    names.put("fc", Source.of(dense));
    for (Place place : places(blocks)) {
      names.put(place.convolution(), Source.of(place.keras() + "_conv"));
      names.put(place.normalization(), Source.of(place.keras() + "_bn"));
    }
    return names;
  }

  /** {@code res2a_branch2a}, {@code bn2a_branch2a}. */
  static Map<String, Source> oldKeras(int[] blocks) {
    Map<String, Source> names = new HashMap<>();
    names.put("bn1", Source.of("bn_conv1"));
    names.put("fc", Source.of("fc1000"));
    for (Place place : places(blocks)) {
      names.put(place.convolution(), Source.of("res" + place.caffe()));
      names.put(place.normalization(), Source.of("bn" + place.caffe()));
    }
    return names;
  }

  /** The same, with gamma and beta in {@code scale2a_branch2a}. */
  static Map<String, Source> caffe(int[] blocks) {
    Map<String, Source> names = oldKeras(blocks);
    names.put("bn1", Source.of("scale_conv1", "bn_conv1"));
    for (Place place : places(blocks)) {
      names.put(place.normalization(), Source.of("scale" + place.caffe(), "bn" + place.caffe()));
    }
    return names;
  }

  private static List<Place> places(int[] blocks) {
    List<Place> places = new ArrayList<>();
    for (int stage = 1; stage <= blocks.length; stage++) {
      for (int block = 1; block <= blocks[stage - 1]; block++) {
        for (int number = block == 1 ? 0 : 1; number <= 3; number++) {
          places.add(new Place(stage, block, number));
        }
      }
    }
    return places;
  }
}
