package org.gradcam4j.evaluation.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.metric.Aggregation;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;

/** Reads a run's files. What is wrong with them is told in one line that names file and line. */
final class RunReader {
  private RunReader() {}

  /** {@code run.json} as it is. */
  static JsonNode json(Path folder) throws IOException {
    Path file = folder.resolve(RunFolder.CONFIGURATION);
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          folder + " holds no run: expected a folder with " + RunFolder.CONFIGURATION);
    }
    JsonNode json;
    try {
      json = RunFolder.JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw damaged(file, e);
    }
    if (json.isMissingNode()) {
      throw damaged(file + ":1", "the file is empty", null);
    }
    if (!json.isObject()) {
      throw damaged(file + ":1", "expected an object", null);
    }
    return json;
  }

  /** {@code run.json}, of which nothing is missing that a reader needs. */
  static RunConfiguration configuration(Path folder) throws IOException {
    Path file = folder.resolve(RunFolder.CONFIGURATION);
    int format = json(folder).path("format").asInt();
    if (format != RunConfiguration.FORMAT) {
      throw new IOException(
          "%s has format %d: this version reads %d"
              .formatted(file, format, RunConfiguration.FORMAT));
    }
    RunConfiguration configuration;
    try {
      configuration = RunFolder.JSON.readValue(Files.readAllBytes(file), RunConfiguration.class);
    } catch (JsonProcessingException e) {
      throw damaged(file, e);
    }
    Optional<String> missing = missing(configuration);
    if (missing.isPresent()) {
      throw damaged(file.toString(), "no '" + missing.get() + "'", null);
    }
    return configuration;
  }

  private static IOException damaged(Path file, JsonProcessingException e) {
    int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
    return damaged(file + ":" + line, oneLine(e), e);
  }

  private static IOException damaged(String place, String reason, Exception e) {
    return new IOException(
        "%s: the run's configuration is damaged (%s); do the run again in a new folder"
            .formatted(place, reason),
        e);
  }

  private static String oneLine(IOException e) {
    String message = e instanceof JsonProcessingException j ? j.getOriginalMessage() : null;
    message = message == null ? String.valueOf(e.getMessage()) : message;
    // Jackson also says where in its buffer something began.
    return message
        .replaceAll("\\s*\\(start marker at .*", "")
        .strip()
        .replaceAll("\\s*\\R\\s*", " ");
  }

  private static Optional<String> missing(RunConfiguration c) {
    Map<String, Object> needed = new LinkedHashMap<>();
    needed.put("experiment", c.experiment());
    needed.put("title", c.title());
    needed.put("description", c.description());
    needed.put("metrics", c.metrics());
    needed.put("variants", c.variants());
    needed.put("published", c.published());
    needed.put("notes", c.notes());
    needed.put("data", c.data());
    needed.put("network", c.network());
    return Stream.concat(
            needed.entrySet().stream()
                .filter(
                    entry ->
                        entry.getValue() == null
                            || entry.getValue() instanceof List<?> list
                                && list.stream().anyMatch(Objects::isNull))
                .map(Map.Entry::getKey),
            Stream.ofNullable(c.metrics()).flatMap(List::stream).flatMap(RunReader::missing))
        .findFirst();
  }

  private static Stream<String> missing(Metric metric) {
    boolean whole =
        metric == null
            || Stream.of(metric.name(), metric.direction(), metric.unit(), metric.aggregation())
                .allMatch(Objects::nonNull);
    return whole ? Stream.empty() : Stream.of("metrics: name, direction, unit, aggregation");
  }

  /** The images' ids. */
  static List<String> ids(Path folder, RunConfiguration configuration) throws IOException {
    Path file = folder.resolve(RunFolder.IMAGES);
    if (!Files.isRegularFile(file)) {
      throw listed(file.toString(), "is missing");
    }
    // A byte that is no UTF-8 becomes the replacement character.
    List<String> ids =
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    Set<String> before = new HashSet<>();
    for (int i = 0; i < ids.size(); i++) {
      String place = file + ":" + (i + 1);
      if (ids.get(i).isEmpty()) {
        throw listed(place, "is empty");
      }
      if (ids.get(i).indexOf('\uFFFD') >= 0) {
        throw listed(place, "is no UTF-8 text");
      }
      if (!before.add(ids.get(i))) {
        throw listed(place, "names '" + ids.get(i) + "' again");
      }
    }
    if (ids.size() != configuration.data().images()) {
      throw listed(
          file.toString(),
          "has %d lines for %d images".formatted(ids.size(), configuration.data().images()));
    }
    return ids;
  }

  private static IOException listed(String place, String fault) {
    return new IOException(
        "%s %s: expected the ids of the run's images, one a line; resuming the run writes"
                .formatted(place, fault)
            + " the list anew");
  }

  /**
   * The records there are.
   *
   * @param into receives them by image, the last of each
   * @return how many bytes of the file are whole lines
   */
  static long records(Path folder, RunConfiguration configuration, Map<String, ImageRecord> into)
      throws IOException {
    Path file = folder.resolve(RunFolder.RECORDS);
    if (!Files.exists(file)) {
      return 0;
    }
    Check check = new Check(configuration.metrics());
    byte[] bytes = Files.readAllBytes(file);
    int start = 0;
    int line = 1;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        ImageRecord record = record(file + ":" + line, Arrays.copyOfRange(bytes, start, i), check);
        into.put(record.image(), record);
        start = i + 1;
        line++;
      }
    }
    return start;
  }

  private static ImageRecord record(String place, byte[] line, Check check) throws IOException {
    if (new String(line, StandardCharsets.UTF_8).isBlank()) {
      throw noRecord(place, "the line is empty", null);
    }
    ImageRecord record;
    try {
      record = RunFolder.JSON.readValue(line, ImageRecord.class);
    } catch (IOException e) {
      // Of bytes in memory: what they hold is wrong.
      throw noRecord(place, oneLine(e), e);
    }
    Optional<String> fault = check.fault(record);
    if (fault.isPresent()) {
      throw noRecord(place, fault.get(), null);
    }
    return record;
  }

  private static IOException noRecord(String place, String reason, IOException e) {
    return new IOException(
        "%s is no record (%s): remove the line, its image is then measured again"
            .formatted(place, reason),
        e);
  }

  /** What a record must have, so that figures can be made of it. */
  private static final class Check {
    private final Map<String, Metric> metrics;

    /** How many numbers the observations of a figure have: as many as the first. */
    private final Map<String, Integer> widths = new HashMap<>();

    Check(List<Metric> metrics) {
      this.metrics = new HashMap<>();
      metrics.forEach(metric -> this.metrics.put(metric.name(), metric));
    }

    Optional<String> fault(ImageRecord record) {
      if (record == null) {
        return Optional.of("null");
      }
      if (record.image() == null || record.image().isEmpty()) {
        return Optional.of("it names no image");
      }
      List<Object> values = new ArrayList<>(record.details().values());
      values.addAll(record.milliseconds().values());
      if (values.stream().anyMatch(Objects::isNull)) {
        return Optional.of("a value is null");
      }
      return record.observations().stream().flatMap(o -> fault(o).stream()).findFirst();
    }

    private Optional<String> fault(Observation o) {
      if (o.metric() == null || o.variant() == null || o.group() == null) {
        return Optional.of("an observation lacks its metric, variant or group");
      }
      Metric metric = metrics.get(o.metric());
      if (metric == null) {
        return Optional.of("the run has no metric '" + o.metric() + "'");
      }
      if (!o.isDefined()) {
        return Optional.empty();
      }
      int width =
          metric.aggregation() == Aggregation.LARGEST_COLUMN
              ? widths.computeIfAbsent(o.figure(), figure -> o.values().length)
              : 1;
      return o.values().length == width
          ? Optional.empty()
          : Optional.of(
              "%s: %d numbers, expected %d".formatted(o.figure(), o.values().length, width));
    }
  }
}
