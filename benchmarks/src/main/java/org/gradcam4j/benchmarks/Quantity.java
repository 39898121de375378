package org.gradcam4j.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One side of a ratio: milliseconds of an image, a position or an operation, the least of several
 * sources such as batch sizes.
 *
 * @param name to be read
 * @param sources at least one
 */
record Quantity(String name, List<? extends Source> sources) {
  /** The time of one source. */
  static Quantity of(String name, Source source) {
    return new Quantity(name, List.of(source));
  }

  /**
   * The time in a round; empty unless every source was measured in it.
   *
   * @param round milliseconds of one item of each source
   */
  OptionalDouble in(Map<Source, Double> round) {
    return round.keySet().containsAll(sources)
        ? sources.stream().mapToDouble(round::get).min()
        : OptionalDouble.empty();
  }
}
