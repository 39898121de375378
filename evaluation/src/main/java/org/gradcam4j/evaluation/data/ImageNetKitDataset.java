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
import java.util.regex.Pattern;
import org.gradcam4j.evaluation.data.DataFile.Line;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.types.Char;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Struct;

/**
 * The validation set of ILSVRC 2012 by its development kit, of any year from 2012 to 2015: the
 * photos in a flat folder {@code val}, the kit's list of their classes ({@code
 * ILSVRC2012_validation_ground_truth.txt}, {@code ILSVRC2014_clsloc_validation_ground_truth.txt})
 * in the folder itself, its {@code data}, or an unpacked kit, boxes as XML files where {@code
 * ILSVRC2012_bbox_val_v3} has them.
 *
 * <p>The list has the kit's own class ids, 1 to 1000, which are not in the order of the synsets;
 * which synset each is stands in {@code map_clsloc.txt} or {@code meta.mat}. The data set's classes
 * are in the order of the synsets, as networks have them. Coordinates are as in {@link
 * ImageNetDataset}.
 */
final class ImageNetKitDataset implements Layout {
  private static final Pattern TRUTH =
      Pattern.compile("ILSVRC\\d+_(clsloc_)?validation_ground_truth\\.txt");
  private static final Pattern MAP = Pattern.compile("map_clsloc\\.txt");
  private static final Pattern META = Pattern.compile("meta(_clsloc)?\\.mat");
  private static final Pattern META_ID = Pattern.compile("ILSVRC\\d+_(CLSLOC_)?ID");

  /** The ids behind are those of groups of classes. */
  private static final int CLASSES = 1000;

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
    return ImageNetDataset.find(folder, TRUTH) != null && photos(folder) != null;
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
    Map<Integer, String[]> kit = classes(folder);
    Map<String, String> names = new TreeMap<>();
    kit.values().forEach(synset -> names.put(synset[0], synset[1]));
    Synsets synsets = Synsets.of(List.copyOf(names.keySet()), List.copyOf(names.values()));
    Set<String> blacklist = ImageNetDataset.blacklist(folder, problems);
    ObjectReader objects = new ObjectReader(synsets.places(), 0);
    List<AnnotatedImage> images = new ArrayList<>();
    int number = 0;
    for (Line line : DataFile.lines(ImageNetDataset.find(folder, TRUTH))) {
      String id = ImageNetDataset.id(++number);
      String[] synset =
          line.text().matches("\\d{1,4}") ? kit.get(Integer.valueOf(line.text())) : null;
      if (synset == null) {
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
                synsets.places().get(synset[0]),
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

  /** The kit's classes by its ids: synset and name. */
  private static Map<Integer, String[]> classes(Path folder) throws IOException {
    Path map = ImageNetDataset.find(folder, MAP);
    if (map != null) {
      return ofMap(map);
    }
    Path meta = ImageNetDataset.find(folder, META);
    if (meta != null) {
      return ofMeta(meta);
    }
    throw new IOException(
        "no map_clsloc.txt and no meta.mat in %s, its data or an unpacked development kit in it: they say which classes the ground truth's numbers are"
            .formatted(folder));
  }

  /** Lines {@code n02119789 1 kit_fox}. */
  private static Map<Integer, String[]> ofMap(Path file) throws IOException {
    Map<Integer, String[]> classes = new HashMap<>();
    for (Line line : DataFile.lines(file)) {
      String[] words = line.text().split("\\s+");
      if (words.length < 3 || !words[1].matches("\\d{1,4}")) {
        throw new IOException(
            "%s: '%s': expected synset, number and name, 'n02119789 1 kit_fox'"
                .formatted(line.place(), line.text()));
      }
      classes.put(Integer.valueOf(words[1]), new String[] {words[0], words[2].replace('_', ' ')});
    }
    return classes;
  }

  /** MATLAB's {@code synsets}, an array of structures. */
  private static Map<Integer, String[]> ofMeta(Path file) throws IOException {
    try (Mat5File mat = Mat5.readFromFile(file.toFile())) {
      Struct synsets = mat.getStruct("synsets");
      String id =
          synsets.getFieldNames().stream()
              .filter(field -> META_ID.matcher(field).matches())
              .findFirst()
              .orElseThrow();
      String name = synsets.getFieldNames().contains("words") ? "words" : "name";
      Map<Integer, String[]> classes = new HashMap<>();
      for (int i = 0; i < synsets.getNumElements(); i++) {
        Matrix number = synsets.get(id, i);
        if (number.getInt(0) <= CLASSES) {
          Char synset = synsets.get("WNID", i);
          Char words = synsets.get(name, i);
          classes.put(
              number.getInt(0),
              new String[] {synset.getString(), words.getString().split(",")[0].strip()});
        }
      }
      return classes;
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          file + " is no development kit's meta.mat: expected MATLAB's synsets with their ids", e);
    }
  }
}
