package org.gradcam4j.evaluation.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.gradcam4j.evaluation.run.RunConfiguration;

/** What was asked for, in words. */
final class Facts {
  private Facts() {}

  /**
   * A fact.
   *
   * @param name what it is
   * @param value what it is here
   */
  record Fact(String name, String value) {}

  /** All that decides a run's figures. */
  static List<Fact> asked(MeasuredRun run) {
    List<Fact> facts = new ArrayList<>(network(run.configuration().network()));
    facts.addAll(data(run));
    facts.addAll(settings(run.configuration().settings()));
    return facts;
  }

  static List<Fact> network(RunConfiguration.Network network) {
    return facts(
        "Network", network.name(),
        "Layer unless a variant names one", network.layer(),
        "Computed in", network.type(),
        "Input", network.preprocessing(),
        "SHA-256 of the weights", network.sha256());
  }

  static List<Fact> data(MeasuredRun run) {
    RunConfiguration.Data data = run.configuration().data();
    return facts(
        "Data", data.name(),
        "Selection", data.selection(),
        "Classes", Integer.toString(data.classes()),
        "Images", Integer.toString(run.run().ids().size()),
        "SHA-256 of the images' ids", data.sha256());
  }

  /** Names and values in turn; those without a value are left out. */
  private static List<Fact> facts(String... words) {
    List<Fact> facts = new ArrayList<>();
    for (int i = 0; i < words.length; i += 2) {
      if (words[i + 1] != null && !words[i + 1].isEmpty()) {
        facts.add(new Fact(words[i], words[i + 1]));
      }
    }
    return facts;
  }

  /** Settings, nested ones by the way to them. */
  static List<Fact> settings(JsonNode settings) {
    List<Fact> facts = new ArrayList<>();
    if (settings != null) {
      settings(settings, "", facts);
    }
    return facts;
  }

  private static void settings(JsonNode node, String way, List<Fact> into) {
    if (node.isObject() && !node.isEmpty()) {
      node.properties()
          .forEach(
              field ->
                  settings(
                      field.getValue(),
                      way.isEmpty() ? words(field.getKey()) : way(way, field.getKey()),
                      into));
    } else if (isOfRecords(node)) {
      records(node, way, into);
    } else if (!way.isEmpty()) {
      into.add(new Fact(way, value(node)));
    }
  }

  private static String way(String way, String field) {
    return way + ": " + words(field).toLowerCase(Locale.ROOT);
  }

  /** Whether an array is of objects that say more than their name. */
  private static boolean isOfRecords(JsonNode node) {
    return node.isArray()
        && !node.isEmpty()
        && StreamSupport.stream(node.spliterator(), false)
            .allMatch(element -> element.isObject() && element.size() > 1);
  }

  /** Each has its first field for a name, with a number where several have the same. */
  private static void records(JsonNode array, String way, List<Fact> into) {
    Map<String, Integer> count = new HashMap<>();
    for (JsonNode element : array) {
      List<Map.Entry<String, JsonNode>> fields = List.copyOf(element.properties());
      String name = value(fields.get(0).getValue());
      int number = count.merge(name, 1, Integer::sum);
      String own = way + ": " + name + (number == 1 ? "" : " " + number);
      for (Map.Entry<String, JsonNode> field : fields.subList(1, fields.size())) {
        boolean alone = fields.size() == 2 && field.getValue().isValueNode();
        settings(field.getValue(), alone ? own : way(own, field.getKey()), into);
      }
    }
  }

  private static String value(JsonNode node) {
    if (node.isNull()
        || node.isContainerNode() && node.isEmpty()
        || node.isTextual() && node.asText().isEmpty()) {
      return "none";
    }
    if (node.isBoolean()) {
      return node.asBoolean() ? "yes" : "no";
    }
    if (node.isArray()) {
      return StreamSupport.stream(node.spliterator(), false)
          .map(Facts::value)
          .collect(Collectors.joining(", "));
    }
    if (node.isObject() && node.size() == 1) {
      return value(node.elements().next());
    }
    if (node.isObject()) {
      return settings(node).stream()
          .map(fact -> fact.name() + " " + fact.value())
          .collect(Collectors.joining("; "));
    }
    // The constant of an enum.
    return node.asText().matches("[A-Z]+(_[A-Z]+)+")
        ? node.asText().toLowerCase(Locale.ROOT).replace('_', ' ')
        : node.asText();
  }

  /** {@code patchSize} as "Patch size". */
  private static String words(String name) {
    String words = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    return words.isEmpty()
        ? words
        : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
