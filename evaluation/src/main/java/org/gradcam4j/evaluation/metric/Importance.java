package org.gradcam4j.evaluation.metric;

import org.gradcam4j.method.SaliencyMap;

/** Pixels of an input by how important a map takes them for. */
final class Importance {
  private Importance() {}

  /**
   * The pixels' places in row order, the most important first; of equals the first in row order.
   */
  static int[] order(SaliencyMap map) {
    Maps.requireOneChannel(map);
    float[] negated = map.values().clone();
    for (int i = 0; i < negated.length; i++) {
      negated[i] = -negated[i];
    }
    FloatOrder ascending = new FloatOrder(negated);
    int[] order = new int[ascending.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = ascending.place(i);
    }
    return order;
  }

  /** Refuses an input that has not the map's pixels, in one channel or more. */
  static void requireInputOf(SaliencyMap map, float[] input) {
    Maps.requireOneChannel(map);
    if (input.length == 0 || input.length % map.values().length != 0) {
      throw new IllegalArgumentException(
          ("an input of %d values for a map of %dx%d: expected channels of that size; bring the map"
                  + " to the input's size first")
              .formatted(input.length, map.height(), map.width()));
    }
  }
}
