package org.gradcam4j;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.gradcam4j.plan.Names;

/** Which class of an image is explained. */
public interface Target {

  /**
   * The classes it means.
   *
   * @param logits the image's scores, one a class
   * @param labels the classes' names, empty where the network has none
   * @throws IllegalArgumentException if the network has no such class, saying which it has
   */
  List<Integer> classes(double[] logits, List<String> labels);

  /** The class of the highest score. */
  static Target topPredicted() {
    return top(1);
  }

  /** The k classes of the highest scores, highest first; all, if there are fewer. */
  static Target top(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("top " + k + ": expected at least 1");
    }
    return (logits, labels) ->
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -logits[c]))
            .limit(k)
            .toList();
  }

  /** The class with this index, from 0. */
  static Target classIndex(int index) {
    return (logits, labels) -> {
      if (index < 0 || index >= logits.length) {
        throw new IllegalArgumentException(
            "no class " + index + ": the network has classes 0 to " + (logits.length - 1));
      }
      return List.of(index);
    };
  }

  /** The class with this name, without regard to case; where several have it, all of them. */
  static Target label(String name) {
    return (logits, labels) -> {
      List<Integer> found = new ArrayList<>();
      for (int c = 0; c < labels.size(); c++) {
        if (labels.get(c).equalsIgnoreCase(name)) {
          found.add(c);
        }
      }
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            labels.isEmpty()
                ? "class '" + name + "': the network's classes have no names, give an index"
                : "no class '" + name + "'; " + Names.suggest(name, labels));
      }
      return found;
    };
  }
}
