package org.gradcam4j.zoo.weights;

import java.util.Map;

/**
 * How a publisher names a network's weights: {@code <prefix>.weight}, {@code <prefix>.bias} and,
 * for batch normalisation, {@code <prefix>.running_mean}, {@code <prefix>.running_var}.
 *
 * @param publisher who names them so
 * @param prefixes for the layers whose prefix is not their own name
 */
public record WeightNames(String publisher, Map<String, Source> prefixes) {
  /** Copies the map. */
  public WeightNames {
    prefixes = Map.copyOf(prefixes);
  }

  /**
   * Where a layer's weights lie.
   *
   * @param prefix the beginning of their names
   * @param part which part of their first axis is the layer's, from 0
   * @param parts into how many equal parts it is divided: groups of a convolution
   */
  public record Source(String prefix, int part, int parts) {
    /** All of the arrays. */
    public static Source of(String prefix) {
      return new Source(prefix, 0, 1);
    }
  }

  /** Where a layer's weights lie. */
  public Source source(String layer) {
    return prefixes.getOrDefault(layer, Source.of(layer));
  }
}
