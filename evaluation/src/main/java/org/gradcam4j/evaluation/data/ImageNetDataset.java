package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.data.DataFile.Line;
import org.gradcam4j.evaluation.data.ImageNetImage.Solution;

/**
 * The validation set of ILSVRC 2012, as the ImageNet localization challenge lays it out: {@code
 * LOC_synset_mapping.txt}, {@code LOC_val_solution.csv}, photos in {@code Data/CLS-LOC/val}, boxes
 * in {@code Annotations/CLS-LOC/val}. The two folders may lie in a folder {@code ILSVRC} beside the
 * lists, as the archive has them. Boxes are those of the XML files; those of the solution stand in
 * for a file that is missing or broken, and where there is no solution an image's class is that of
 * its first box. Images are in the order of their ids, and a class's place is its line's in the
 * mapping.
 *
 * <p>Coordinates count pixels from 0, inclusive: an image of 500 columns has boxes from 0 to 499.
 * They are of the size that the XML file tells, at which the annotator saw the photo, and are
 * scaled where the photo has another.
 */
final class ImageNetDataset implements Layout {
  static final String SPLIT = "val";
  static final String PHOTOS = "Data/CLS-LOC/val";
  static final String ANNOTATIONS = "Annotations/CLS-LOC/val";
  private static final String MAPPING = "LOC_synset_mapping.txt";
  private static final String SOLUTION = "LOC_val_solution.csv";
  private static final Pattern BLACKLIST =
      Pattern.compile("ILSVRC\\d+_(clsloc_)?validation_blacklist\\.txt");

  @Override
  public String signature() {
    return MAPPING + " and " + PHOTOS + " (ImageNet localization challenge)";
  }

  @Override
  public boolean fits(Path folder) {
    return Files.isRegularFile(folder.resolve(MAPPING))
        && Files.isDirectory(home(folder).resolve(PHOTOS));
  }

  private static Path home(Path folder) {
    Path nested = folder.resolve("ILSVRC");
    return Files.isDirectory(nested.resolve(PHOTOS)) ? nested : folder;
  }

  @Override
  public Dataset open(Path folder, String split) throws IOException {
    refuseOther(split);
    Path home = home(folder);
    Synsets synsets = Synsets.read(folder.resolve(MAPPING));
    Path annotations = home.resolve(ANNOTATIONS);
    Path list = folder.resolve(SOLUTION);
    Map<String, Path> photos = DataFile.byStem(home.resolve(PHOTOS), DataFile.PHOTOS);
    Map<String, Path> boxes =
        Files.isDirectory(annotations) ? DataFile.byStem(annotations, Set.of("xml")) : Map.of();
    Problems problems = new Problems();
    Map<String, Integer> truths = new TreeMap<>();
    Map<String, Solution> solutions = new HashMap<>();
    if (Files.exists(list)) {
      solved(list, synsets, photos, truths, solutions, problems);
    } else if (boxes.isEmpty()) {
      throw new IOException(
          "neither %s nor boxes in %s: expected one of them".formatted(list, annotations));
    } else {
      annotated(boxes, synsets, photos, truths, problems);
    }
    Set<String> blacklist = blacklist(folder, problems);
    ObjectReader objects = new ObjectReader(synsets.places(), 0);
    List<AnnotatedImage> images = new ArrayList<>();
    truths.forEach(
        (id, truth) ->
            images.add(
                new ImageNetImage(
                    id,
                    photos.get(id),
                    truth,
                    boxes.get(id),
                    solutions.get(id),
                    blacklist.contains(id),
                    objects)));
    return new Dataset("ImageNet val", synsets.names(), images, problems.lines());
  }

  static void refuseOther(String split) throws IOException {
    if (split != null && !split.equals(SPLIT)) {
      throw new IOException(
          "no split '%s' of ImageNet: expected %s; a folder for each class is opened by naming the folder of these"
              .formatted(split, SPLIT));
    }
  }

  /** The entries of the solution. */
  private static void solved(
      Path list,
      Synsets synsets,
      Map<String, Path> photos,
      Map<String, Integer> truths,
      Map<String, Solution> solutions,
      Problems problems)
      throws IOException {
    for (Line line : DataFile.lines(list)) {
      String[] parts = line.text().split(",", 2);
      if (line.number() == 1 && parts[0].equals("ImageId")) {
        continue;
      }
      String id = parts[0].strip();
      Solution solution = new Solution(line.place(), parts.length > 1 ? parts[1].strip() : "");
      Integer truth = synsets.places().get(solution.synset());
      if (truth == null) {
        problems.add(
            "entries without a class of the mapping",
            "%s: '%s': expected an id, a comma and a class of %s"
                .formatted(line.place(), line.text(), MAPPING));
      } else if (!photos.containsKey(id)) {
        problems.add(
            "entries without a photo in " + PHOTOS,
            "%s: '%s' has no photo in %s".formatted(line.place(), id, PHOTOS));
      } else if (truths.putIfAbsent(id, truth) != null) {
        problems.add(
            "entries that are there twice", "%s: '%s' is there twice".formatted(line.place(), id));
      } else {
        solutions.put(id, solution);
      }
    }
  }

  /** The photos that have boxes. */
  private static void annotated(
      Map<String, Path> boxes,
      Synsets synsets,
      Map<String, Path> photos,
      Map<String, Integer> truths,
      Problems problems) {
    for (Map.Entry<String, Path> entry : new TreeMap<>(boxes).entrySet()) {
      String id = entry.getKey();
      if (!photos.containsKey(id)) {
        problems.add(
            "annotations without a photo in " + PHOTOS,
            "%s has no photo in %s".formatted(entry.getValue(), PHOTOS));
        continue;
      }
      try {
        Marks marks = Marks.read(entry.getValue());
        Integer truth =
            marks.marks().isEmpty() ? null : synsets.places().get(marks.marks().get(0).className());
        if (truth == null) {
          problems.add(
              "annotations without a class of the mapping",
              marks.place() + " has no object of a class of " + MAPPING);
        } else {
          truths.put(id, truth);
        }
      } catch (IOException e) {
        problems.add("annotations that cannot be read", e.getMessage());
      }
    }
  }

  /** The ids of images whose boxes are known to be bad, where the development kit is there. */
  static Set<String> blacklist(Path folder, Problems problems) throws IOException {
    Path file = find(folder, BLACKLIST);
    Set<String> ids = new HashSet<>();
    if (file != null) {
      for (Line line : DataFile.lines(file)) {
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

  /** The id of a validation image by its number, from 1. */
  static String id(int number) {
    return "ILSVRC2012_val_%08d".formatted(number);
  }

  /** A file of the development kit, which lies in the folder or in one beside the photos. */
  static Path find(Path folder, Pattern name) throws IOException {
    List<Path> places = new ArrayList<>(List.of(folder, folder.resolve("data")));
    for (Path entry : DataFile.list(folder)) {
      if (DataFile.name(entry).contains("devkit")) {
        places.add(entry);
        places.add(entry.resolve("data"));
      }
    }
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        // A flat folder of 50,000 photos is not worth sorting.
        try (Stream<Path> entries = Files.list(place)) {
          List<Path> found =
              entries
                  .filter(entry -> name.matcher(DataFile.name(entry)).matches())
                  .sorted()
                  .toList();
          if (!found.isEmpty()) {
            return found.get(found.size() - 1);
          }
        }
      }
    }
    return null;
  }
}
