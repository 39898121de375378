package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradcam4j.evaluation.data.DataFile.Line;
import org.gradcam4j.file.Sha256;
import org.gradcam4j.zoo.ImageNetClasses;

/**
 * ImageNet's classes: WordNet's sets of synonyms.
 *
 * @param names to be read: those that networks here have if the classes are the challenge's
 *     thousand in the order of their ids
 * @param places a class by its id, {@code n01440764}
 */
record Synsets(List<String> names, Map<String, Integer> places) {
  /** Of the thousand ids in order, a line each. */
  private static final String STANDARD =
      "70002b0ff5de60a3a17a82dbfcff291931f96225ddf941ad2e182fc39e183d15";

  /**
   * Classes in an order.
   *
   * @param ids their ids
   * @param names as many names
   */
  static Synsets of(List<String> ids, List<String> names) {
    Map<String, Integer> places = new HashMap<>();
    ids.forEach(id -> places.put(id, places.size()));
    return new Synsets(
        Sha256.of((String.join("\n", ids) + "\n").getBytes(StandardCharsets.UTF_8)).equals(STANDARD)
            ? ImageNetClasses.NAMES
            : List.copyOf(names),
        Map.copyOf(places));
  }

  /**
   * The localization challenge's list: {@code n01440764 tench, Tinca tinca}, the class's place
   * being the line's.
   *
   * @throws IOException with one line, if a line is another or an id occurs twice
   */
  static Synsets read(Path mapping) throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    for (Line line : DataFile.lines(mapping)) {
      String[] parts = line.text().split("\\s+", 2);
      if (parts.length < 2 || names.containsKey(parts[0])) {
        // Leaving it out would shift all classes behind it.
        throw new IOException(
            "%s: '%s': expected a synset and its names, 'n01440764 tench, Tinca tinca', each once"
                .formatted(line.place(), line.text()));
      }
      names.put(parts[0], parts[1].split(",")[0].strip());
    }
    if (names.isEmpty()) {
      throw new IOException(mapping + " is empty: expected a line for each class");
    }
    return of(List.copyOf(names.keySet()), List.copyOf(names.values()));
  }
}
