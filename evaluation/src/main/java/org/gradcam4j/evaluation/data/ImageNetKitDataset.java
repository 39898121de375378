package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.gradcam4j.evaluation.data.DataFile.Line;

/**
 * The validation set of ILSVRC 2012 by its development kit, of any year from 2012 to 2015: the
 * photos in a flat folder {@code val}, the kit's list of their classes ({@code
 * ILSVRC2012_validation_ground_truth.txt}, {@code ILSVRC2014_clsloc_validation_ground_truth.txt})
 * where {@link DevelopmentKit} finds it, boxes as XML files where {@code ILSVRC2012_bbox_val_v3}
 * has them.
 *
 * <p>The list's line n is of image n. It has the kit's own class ids, 1 to 1000, which are not in
 * the order of the synsets; which synset each is stands in {@code map_clsloc.txt} or {@code
 * meta.mat}. The data set's classes are in the order of the synsets, as networks have them.
 * Coordinates are as in {@link ImageNetDataset}.
 */
final class ImageNetKitDataset implements Layout {
  private static final List<String> PHOTOS =
      List.of("val", "ILSVRC2012_img_val", ImageNetDataset.PHOTOS);
  private static final List<String> BOXES =
      List.of(
          ImageNetDataset.ANNOTATIONS,
          "bbox_val/val",
          "bbox_val",
          "bbox/val",
          "bbox",
          "ILSVRC2012_bbox_val_v3/val",
          "ILSVRC2012_bbox_val_v3");

  @Override
  public String signature() {
    return "ILSVRC2012_validation_ground_truth.txt or the like and a folder val (ImageNet development kit)";
  }

  @Override
  public boolean fits(Path folder) throws IOException {
    return DevelopmentKit.truths(folder).isPresent() && photos(folder) != null;
  }

  private static Path photos(Path folder) {
    return PHOTOS.stream().map(folder::resolve).filter(Files::isDirectory).findFirst().orElse(null);
  }

  @Override
  public Dataset open(Path folder, String split) throws IOException {
    ImageNetDataset.refuseOther(split);
    Path flat = photos(folder);
    Map<String, Path> photos = DataFile.byStem(flat, DataFile.PHOTOS);
    Problems problems = new Problems();
    Map<String, Path> boxes = boxes(folder, flat, problems);
    Map<Integer, DevelopmentKit.Entry> kit = DevelopmentKit.classes(folder);
    Map<String, String> names = new TreeMap<>();
    kit.values().forEach(entry -> names.put(entry.synset(), entry.name()));
    Synsets synsets = Synsets.of(List.copyOf(names.keySet()), List.copyOf(names.values()));
    Set<String> blacklist = DevelopmentKit.blacklist(folder, problems);
    ObjectReader objects = new ObjectReader(synsets.places(), 0);
    List<AnnotatedImage> images = new ArrayList<>();
    for (Line line : DataFile.lines(DevelopmentKit.truths(folder).orElseThrow())) {
      String id = DevelopmentKit.id(line.number());
      DevelopmentKit.Entry entry =
          line.text().matches("\\d{1,4}") ? kit.get(Integer.valueOf(line.text())) : null;
      if (entry == null) {
        problems.add(
            "lines without a class of the kit",
            "%s: '%s': expected a class of the kit, 1 to %d"
                .formatted(line.place(), line.text(), kit.size()));
      } else if (!photos.containsKey(id)) {
        problems.add(
            "entries without a photo in " + flat,
            "%s: '%s' has no photo in %s".formatted(line.place(), id, flat));
      } else {
        images.add(
            new ImageNetImage(
                id,
                photos.get(id),
                synsets.places().get(entry.synset()),
                boxes.get(id),
                null,
                blacklist.contains(id),
                objects));
      }
    }
    return new Dataset("ImageNet val", synsets.names(), images, problems.lines());
  }

  private static Map<String, Path> boxes(Path folder, Path flat, Problems problems)
      throws IOException {
    List<Path> places = new ArrayList<>(BOXES.stream().map(folder::resolve).toList());
    places.add(flat);
    for (Path place : places) {
      if (Files.isDirectory(place)) {
        Map<String, Path> boxes = DataFile.byStem(place, Set.of("xml"));
        if (!boxes.isEmpty()) {
          return boxes;
        }
      }
    }
    problems.add(
        "such",
        "no boxes in %s: expected XML files in one of %s, or beside the photos"
            .formatted(folder, String.join(", ", BOXES)));
    return Map.of();
  }
}
