package org.gradcam4j.zoo.weights;

import java.util.Map;
import java.util.Set;

/**
 * How a publisher names a network's weights: {@code <prefix>.weight}, {@code <prefix>.bias} and,
 * for batch normalisation, {@code <prefix>.running_mean}, {@code <prefix>.running_var}.
 *
 * @param publisher who names them so
 * @param prefixes for the layers whose prefix is not their own name
 * @param unused the beginnings of names that a file may hold beyond the network's: layers that
 *     served in training alone
 */
public record WeightNames(String publisher, Map<String, Source> prefixes, Set<String> unused) {
  /** Names of a file that holds the network's arrays and no others. */
  public WeightNames(String publisher, Map<String, Source> prefixes) {
    this(publisher, prefixes, Set.of());
  }

  /** Copies the collections. */
  public WeightNames {
    prefixes = Map.copyOf(prefixes);
    unused = Set.copyOf(unused);
  }

  /**
   * Where a layer's weights lie.
   *
   * @param prefix the beginning of their names
   * @param statistics the beginning of the names of batch normalisation's mean and variance, which
   *     Caffe has in a layer of their own
   * @param part which part of their first axis is the layer's, from 0
   * @param parts into how many equal parts it is divided: groups of a convolution
   */
  public record Source(String prefix, String statistics, int part, int parts) {
    /** A part of the arrays. */
    public Source(String prefix, int part, int parts) {
      this(prefix, prefix, part, parts);
    }

    /** All of the arrays. */
    public static Source of(String prefix) {
      return new Source(prefix, 0, 1);
    }

    /** Batch normalisation in two layers: {@code prefix} scales, {@code statistics} normalises. */
    public static Source of(String prefix, String statistics) {
      return new Source(prefix, statistics, 0, 1);
    }

    /** The name of an array: {@code weight}, {@code bias}, {@code running_mean} and the like. */
    public String array(String suffix) {
      return (suffix.startsWith("running_") ? statistics : prefix) + "." + suffix;
    }
  }

  /** Where a layer's weights lie. */
  public Source source(String layer) {
    return prefixes.getOrDefault(layer, Source.of(layer));
  }

  /** Whether the network can do without that array. */
  public boolean isUnused(String array) {
    return unused.stream().anyMatch(array::startsWith);
  }
}
