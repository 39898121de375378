package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.data.DataFile.Line;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.types.Char;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Struct;

/**
 * The files of ImageNet's development kits of 2012 to 2015. They lie in the data set's folder, in
 * its {@code data}, or in an unpacked kit or its {@code data}; of several years the last counts.
 */
final class DevelopmentKit {
  private static final Pattern TRUTHS =
      Pattern.compile("ILSVRC\\d+_(clsloc_)?validation_ground_truth\\.txt");
  private static final Pattern BLACKLIST =
      Pattern.compile("ILSVRC\\d+_(clsloc_)?validation_blacklist\\.txt");
  private static final Pattern MAP = Pattern.compile("map_clsloc\\.txt");
  private static final Pattern META = Pattern.compile("meta(_clsloc)?\\.mat");
  private static final Pattern META_ID = Pattern.compile("ILSVRC\\d+_(CLSLOC_)?ID");

  /** The ids behind are those of groups of classes. */
  private static final int CLASSES = 1000;

  /**
   * A class of the kit.
   *
   * @param synset its id in WordNet
   * @param name to be read
   */
  record Entry(String synset, String name) {}

  private DevelopmentKit() {}

  /** The id of a validation image by its number, from 1. */
  static String id(int number) {
    return "ILSVRC2012_val_%08d".formatted(number);
  }

  /** The list of the images' classes, a line each, by the kit's ids. */
  static Optional<Path> truths(Path folder) throws IOException {
    return find(folder, TRUTHS);
  }

  /** The ids of images whose boxes are known to be bad; empty where the kit is not there. */
  static Set<String> blacklist(Path folder, Problems problems) throws IOException {
    Set<String> ids = new HashSet<>();
    Optional<Path> file = find(folder, BLACKLIST);
    if (file.isPresent()) {
      for (Line line : DataFile.lines(file.get())) {
        if (line.text().matches("\\d{1,8}")) {
          ids.add(id(Integer.parseInt(line.text())));
        } else {
          problems.add(
              "lines of the blacklist that are no number",
              "%s: '%s': expected an image's number".formatted(line.place(), line.text()));
        }
      }
    }
    return ids;
  }

  /**
   * The kit's classes by its ids.
   *
   * @throws IOException with one line, if the kit's file of them is not there or another
   */
  static Map<Integer, Entry> classes(Path folder) throws IOException {
    Optional<Path> map = find(folder, MAP);
    if (map.isPresent()) {
      return ofMap(map.get());
    }
    Optional<Path> meta = find(folder, META);
    if (meta.isPresent()) {
      return ofMeta(meta.get());
    }
    throw new IOException(
        "no map_clsloc.txt and no meta.mat in %s, its data or an unpacked development kit in it: they say which classes the ground truth's numbers are"
            .formatted(folder));
  }

  /** Lines {@code n02119789 1 kit_fox}. */
  private static Map<Integer, Entry> ofMap(Path file) throws IOException {
    Map<Integer, Entry> classes = new HashMap<>();
    for (Line line : DataFile.lines(file)) {
      String[] words = line.text().split("\\s+");
      if (words.length < 3 || !words[1].matches("\\d{1,4}")) {
        throw new IOException(
            "%s: '%s': expected synset, number and name, 'n02119789 1 kit_fox'"
                .formatted(line.place(), line.text()));
      }
      classes.put(Integer.valueOf(words[1]), new Entry(words[0], words[2].replace('_', ' ')));
    }
    return classes;
  }

  /** MATLAB's {@code synsets}, an array of structures. */
  private static Map<Integer, Entry> ofMeta(Path file) throws IOException {
    try (Mat5File mat = Mat5.readFromFile(file.toFile())) {
      Struct synsets = mat.getStruct("synsets");
      String id =
          synsets.getFieldNames().stream()
              .filter(field -> META_ID.matcher(field).matches())
              .findFirst()
              .orElseThrow();
      String name = synsets.getFieldNames().contains("words") ? "words" : "name";
      Map<Integer, Entry> classes = new HashMap<>();
      for (int i = 0; i < synsets.getNumElements(); i++) {
        Matrix number = synsets.get(id, i);
        if (number.getInt(0) <= CLASSES) {
          Char synset = synsets.get("WNID", i);
          Char words = synsets.get(name, i);
          String first = words.getString().split(",")[0].strip();
          classes.put(number.getInt(0), new Entry(synset.getString(), first));
        }
      }
      return classes;
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          file + " is no development kit's meta.mat: expected MATLAB's synsets with their ids", e);
    }
  }

  private static Optional<Path> find(Path folder, Pattern name) throws IOException {
    List<Path> places = new ArrayList<>(List.of(folder, folder.resolve("data")));
    for (Path entry : DataFile.list(folder)) {
      if (DataFile.name(entry).contains("devkit")) {
        places.add(entry);
        places.add(entry.resolve("data"));
      }
    }
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> entries = Files.list(place)) {
          Optional<Path> last =
              entries
                  .filter(entry -> name.matcher(DataFile.name(entry)).matches())
                  .max(Comparator.comparing(DataFile::name));
          if (last.isPresent()) {
            return last;
          }
        }
      }
    }
    return Optional.empty();
  }
}
