package org.gradcam4j.evaluation.experiment;

import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The way between a data set's classes and a network's.
 *
 * @param classes the data set's classes
 * @param indices for each of them, the network's class; -1 where the network has none
 */
public record ClassMap(List<String> classes, List<Integer> indices) {
  /** Checks that there are as many of each. */
  public ClassMap {
    classes = List.copyOf(classes);
    indices = List.copyOf(indices);
    if (classes.size() != indices.size()) {
      throw new IllegalArgumentException(
          classes.size() + " classes and " + indices.size() + " indices: expected as many");
    }
  }

  /**
   * By place where both have as many and no name lies at another place, else by name.
   *
   * @param classes the data set's classes
   * @param labels the network's; empty where it has no names
   * @param scores how many scores the network gives
   * @throws IllegalArgumentException if neither is so
   */
  public static ClassMap of(List<String> classes, List<String> labels, int scores) {
    List<String> names = labels.stream().map(ClassMap::key).toList();
    List<String> wanted = classes.stream().map(ClassMap::key).toList();
    IntPredicate inPlace =
        c ->
            names.isEmpty() || wanted.get(c).equals(names.get(c)) || !names.contains(wanted.get(c));
    // ImageNet's lists name its classes differently, a few names occur twice, the order is one.
    if (classes.size() == scores && IntStream.range(0, scores).allMatch(inPlace)) {
      return new ClassMap(classes, IntStream.range(0, scores).boxed().toList());
    }
    List<Integer> byName = wanted.stream().map(names::indexOf).toList();
    if (byName.stream().noneMatch(index -> index < 0)) {
      return new ClassMap(classes, byName);
    }
    List<String> missing =
        IntStream.range(0, classes.size())
            .filter(c -> byName.get(c) < 0)
            .mapToObj(classes::get)
            .toList();
    throw new IllegalArgumentException(
        "the network has no class '%s' of the data set (%d of its %d are missing): expected a network of the data set's classes, such as one that 'gradcam head train' makes"
            .formatted(missing.get(0), missing.size(), classes.size()));
  }

  /** Whether one of the data set's classes has its name among the network's. */
  public boolean anyOfOneName(List<String> labels) {
    List<String> names = labels.stream().map(ClassMap::key).toList();
    return classes.stream().map(ClassMap::key).anyMatch(names::contains);
  }

  private static String key(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  /** Names of the data set's classes, with commas between. */
  String names(List<Integer> datasetClasses) {
    return String.join(", ", datasetClasses.stream().map(classes::get).toList());
  }

  /** The network's class of one of the data set's. */
  public int toNetwork(int datasetClass) {
    return indices.get(datasetClass);
  }

  /** The data set's class of one of the network's; -1 where it has none. */
  public int toDataset(int networkClass) {
    return indices.indexOf(networkClass);
  }
}
