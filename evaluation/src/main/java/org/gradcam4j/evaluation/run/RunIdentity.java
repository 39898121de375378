package org.gradcam4j.evaluation.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What must be the same in the configurations of two runs. */
final class RunIdentity {
  private RunIdentity() {}

  /**
   * A place at which two configurations differ.
   *
   * @param name the way to it
   * @param one what is there in the first
   * @param other what is there in the second
   */
  record Difference(String name, String one, String other) {
    private static Difference of(String name, JsonNode one, JsonNode other) {
      return new Difference(name, text(one), text(other));
    }

    private static String text(JsonNode node) {
      return node.isMissingNode() ? "nothing" : node.toString();
    }
  }

  /** What keeps a run from being resumed. */
  static Optional<Difference> ofRun(JsonNode there, JsonNode now) {
    ObjectNode one = asked(there);
    ObjectNode other = asked(now);
    // The same images may be selected in several ways; where they differ, the words say most.
    if (one.at("/data/sha256").equals(other.at("/data/sha256"))) {
      List.of(one, other).forEach(asked -> removeFromData(asked, List.of("selection")));
    }
    return difference("", one, other);
  }

  /** What keeps two runs from being merged. */
  static Optional<Difference> ofParts(JsonNode part, JsonNode next) {
    ObjectNode one = asked(part);
    ObjectNode other = asked(next);
    for (ObjectNode asked : List.of(one, other)) {
      removeFromData(asked, List.of("images", "selection", "sha256"));
    }
    return difference("", one, other);
  }

  private static ObjectNode asked(JsonNode configuration) {
    ObjectNode asked = configuration.deepCopy();
    asked.remove(List.of("provenance", "title", "description", "notes", "published"));
    removeFromData(asked, List.of("path", "problems"));
    asked.set("metrics", byName(asked.path("metrics")));
    // Not in runs that were begun before maps could be kept.
    asked.put("maps", asked.path("maps").asBoolean());
    return asked;
  }

  /** How figures are made, by their names; the words that define them may be others. */
  private static ObjectNode byName(JsonNode metrics) {
    ObjectNode byName = JsonNodeFactory.instance.objectNode();
    for (JsonNode metric : metrics) {
      ObjectNode own = metric.deepCopy();
      own.remove(List.of("name", "definition", "source"));
      byName.set(metric.path("name").asText(), own);
    }
    return byName;
  }

  private static void removeFromData(ObjectNode asked, List<String> fields) {
    if (asked.get("data") instanceof ObjectNode data) {
      data.remove(fields);
    }
  }

  private static Optional<Difference> difference(String name, JsonNode one, JsonNode other) {
    if (!one.isObject() || !other.isObject()) {
      // As text: numbers that were written are read as another type of the same value.
      return one.toString().equals(other.toString())
          ? Optional.empty()
          : Optional.of(Difference.of(name, one, other));
    }
    Set<String> fields = new LinkedHashSet<>();
    other.fieldNames().forEachRemaining(fields::add);
    one.fieldNames().forEachRemaining(fields::add);
    return fields.stream()
        .flatMap(
            field ->
                difference(
                    name.isEmpty() ? field : name + "." + field, one.path(field), other.path(field))
                    .stream())
        .findFirst();
  }
}
