package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    Set<String> blacklist = DevelopmentKit.blacklist(folder, problems);
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
}
