package org.gradcam4j.evaluation.experiment;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.gradcam4j.Explanation;
import org.gradcam4j.method.SaliencyMap;

/** The maps of an image that were measured, where they are wanted. */
final class KeptMaps {
  /** What would end a part of a name, or could not stand in a name in a zip file. */
  private static final Pattern RESERVED = Pattern.compile("[%/\\\\#\\p{Cntrl}]");

  private final boolean wanted;
  private final Map<String, SaliencyMap> byName = new LinkedHashMap<>();

  KeptMaps(Wanted wanted) {
    this.wanted = wanted.maps();
  }

  void add(String variant, Explanation explanation) {
    if (wanted) {
      byName.put(name(variant, explanation), explanation.map());
    }
  }

  /** The maps, each by its name; none where they are not wanted. */
  Map<String, SaliencyMap> byName() {
    return byName;
  }

  /**
   * The variant's name, a slash, and the network's label of the class: {@code grad-cam/dog}. Of
   * classes with the same label, such as ImageNet's two cranes, each has its index behind a {@code
   * #}. Slashes, backslashes, {@code #}, {@code %} and control characters of variants and labels
   * are percent-encoded, so that no two share a name.
   */
  private static String name(String variant, Explanation explanation) {
    String label = explanation.target().label();
    long same = explanation.predictions().stream().filter(p -> p.label().equals(label)).count();
    String index = same > 1 ? "#" + explanation.target().index() : "";
    return encoded(variant) + "/" + encoded(label) + index;
  }

  private static String encoded(String name) {
    return RESERVED
        .matcher(name)
        .replaceAll(found -> String.format(Locale.ROOT, "%%%02X", (int) found.group().charAt(0)));
  }
}
