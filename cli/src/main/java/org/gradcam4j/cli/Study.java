package org.gradcam4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Several runs, described in YAML: the options of the command line under their names without
 * hyphens before them, those of all runs once.
 *
 * <pre>{@code
 * all:
 *   data: ILSVRC
 *   method: [grad-cam, gradient, c-mwp]
 * runs:
 *   resnet50:
 *     experiment: localization
 *     model: resnet50
 *   resnet18:
 *     experiment: localization
 *     model: resnet18
 * }</pre>
 */
final class Study {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final Set<String> KEYS = Set.of("all", "runs");
  private static final String EXPERIMENT = "experiment";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  private Study() {}

  /**
   * For each run's name, its arguments: the experiment first, without {@code --out}.
   *
   * @throws IOException with one line that names the file, if it is no study
   */
  static Map<String, List<String>> read(Path file) throws IOException {
    JsonNode study;
    try {
      study = YAML.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s is not YAML: %s"
              .formatted(file, e.getOriginalMessage().strip().replaceAll("\\s*\\R\\s*", " ")),
          e);
    }
    if (!study.isObject() || !study.path("runs").isObject() || study.path("runs").isEmpty()) {
      throw new IOException(file + ": expected 'runs:' with a name and options for each");
    }
    study
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                throw new UserError(file + ": '" + key + "': expected 'all' and 'runs' alone");
              }
            });
    if (study.has("all") && !study.get("all").isObject()) {
      throw new IOException(file + ": 'all': expected the options of all runs, each with a value");
    }
    Map<String, List<String>> runs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> run : study.get("runs").properties()) {
      if (!run.getKey().matches(NAME)) {
        throw new IOException(
            file + ": run '" + run.getKey() + "': expected a name of letters, digits, . _ -");
      }
      runs.put(run.getKey(), arguments(file, run.getKey(), study.path("all"), run.getValue()));
    }
    return runs;
  }

  private static List<String> arguments(Path file, String name, JsonNode common, JsonNode own)
      throws IOException {
    Map<String, JsonNode> options = new TreeMap<>();
    common.properties().forEach(option -> options.put(option.getKey(), option.getValue()));
    own.properties().forEach(option -> options.put(option.getKey(), option.getValue()));
    JsonNode experiment = options.remove(EXPERIMENT);
    if (experiment == null || !experiment.isTextual()) {
      throw new IOException(file + ": run '" + name + "' has no 'experiment:'");
    }
    List<String> arguments = new ArrayList<>(List.of(experiment.asText()));
    for (Map.Entry<String, JsonNode> option : options.entrySet()) {
      arguments.addAll(option(file, name, option.getKey(), option.getValue()));
    }
    return arguments;
  }

  private static List<String> option(Path file, String run, String name, JsonNode value)
      throws IOException {
    if (name.equals("out")) {
      throw new IOException(
          file
              + ": run '"
              + run
              + "': no 'out:' here, its folder is that of the study and its name");
    }
    String option = "--" + name;
    if (value.isBoolean()) {
      return value.asBoolean() ? List.of(option) : List.of();
    }
    if (value.isArray()) {
      List<String> words = new ArrayList<>();
      value.forEach(word -> words.addAll(List.of(option, word.asText())));
      return words;
    }
    if (!value.isValueNode() || value.isNull()) {
      throw new IOException(
          file + ": run '" + run + "': '" + name + "': expected a value, a list, true or false");
    }
    return List.of(option, value.asText());
  }
}
