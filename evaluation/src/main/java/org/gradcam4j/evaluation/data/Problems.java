package org.gradcam4j.evaluation.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with a data set's lists. Of many of a kind the first are told and the others
 * counted: a tenth of ImageNet is a data set too.
 */
final class Problems {
  private static final int TOLD = 10;

  private final Map<String, List<String>> kinds = new LinkedHashMap<>();

  /**
   * Adds one.
   *
   * @param kind what is said of others of the kind, behind their number
   * @param line what is said of this one, with file and line
   */
  void add(String kind, String line) {
    kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(line);
  }

  /** One line each, or one for the rest of a kind. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    kinds.forEach(
        (kind, all) -> {
          lines.addAll(all.subList(0, Math.min(TOLD, all.size())));
          if (all.size() > TOLD) {
            lines.add(all.size() - TOLD + " more " + kind);
          }
        });
    return lines;
  }
}
