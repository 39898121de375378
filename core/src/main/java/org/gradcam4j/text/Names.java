package org.gradcam4j.text;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Similar names, for messages about unknown ones. */
public final class Names {
  private static final int SHOWN = 8;

  private Names() {}

  /** "did you mean a, b, c?": the known names that are nearest to the given one. */
  public static String suggest(String name, List<String> known) {
    return known.stream()
        .sorted(Comparator.comparingInt(k -> distance(name, k)))
        .limit(SHOWN)
        .collect(Collectors.joining(", ", "did you mean one of: ", "?"));
  }

  /** Levenshtein's distance without regard to case. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
