package org.gradcam4j.evaluation.metric;

import org.gradcam4j.method.SaliencyMap;

/** What metrics ask of maps. */
final class Maps {
  private Maps() {}

  static void requireOneChannel(SaliencyMap map) {
    if (map.channels() != 1) {
      throw new IllegalArgumentException(
          "a map of %d channels: expected one, such as the largest magnitude over the channels"
              .formatted(map.channels()));
    }
  }

  static void requireSize(SaliencyMap map, int height, int width, String of) {
    requireOneChannel(map);
    if (map.height() != height || map.width() != width) {
      throw new IllegalArgumentException(
          "a map of %dx%d rows and columns for %s of %dx%d: bring it to that size first"
              .formatted(map.height(), map.width(), of, height, width));
    }
  }
}
