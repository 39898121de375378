package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.gradcam4j.evaluation.data.DataFile.Line;
import org.gradcam4j.evaluation.data.PhotoFile.Size;
import org.gradcam4j.image.Photo;

/**
 * PASCAL VOC's layout, that of the years 2007 to 2012: photos in {@code JPEGImages}, boxes in
 * {@code Annotations}, lists in {@code ImageSets/Main}, masks of some in {@code SegmentationClass}.
 * A folder that holds one year's, or the development kit's with {@code VOC2007} in it, is opened.
 * The split is the name of a list, {@code val} unless it is given; {@code Segmentation/val} is one
 * of another task, {@code cat_val} the images of a list that show a class.
 *
 * <p>Coordinates in the files count pixels from 1, inclusive; some of 2011 and 2012 are fractions.
 * The classes are VOC's twenty in alphabetical order, or those of the lists where a data set of
 * another kind has the layout.
 *
 * <p>DataVec's {@code VocLabelProvider} is not used: it reads lines, not XML, knows no {@code
 * difficult}, takes the boxes of a person's head and hands for the person's, and fails on
 * fractions.
 */
final class VocDataset implements Layout {
  /** The official classes. */
  static final List<String> CLASSES =
      List.of(
          "aeroplane",
          "bicycle",
          "bird",
          "boat",
          "bottle",
          "bus",
          "car",
          "cat",
          "chair",
          "cow",
          "diningtable",
          "dog",
          "horse",
          "motorbike",
          "person",
          "pottedplant",
          "sheep",
          "sofa",
          "train",
          "tvmonitor");

  private static final String DEFAULT_SPLIT = "val";
  static final String PHOTOS = "JPEGImages";
  private static final String ANNOTATIONS = "Annotations";
  private static final String LISTS = "ImageSets";
  private static final String MAIN = "Main";
  private static final String MASKS = "SegmentationClass";
  private static final Pattern CLASS_LIST = Pattern.compile("(.+)_(train|val|trainval|test)\\.txt");

  @Override
  public String signature() {
    return "%s, %s and %s/%s (PASCAL VOC), in it or in its folder VOC2007 or the like"
        .formatted(PHOTOS, ANNOTATIONS, LISTS, MAIN);
  }

  @Override
  public boolean fits(Path folder) throws IOException {
    return !years(folder).isEmpty();
  }

  private static List<Path> years(Path folder) throws IOException {
    if (isYear(folder)) {
      return List.of(folder);
    }
    Path kit = folder.resolve("VOCdevkit");
    return DataFile.list(Files.isDirectory(kit) ? kit : folder).stream()
        .filter(entry -> DataFile.name(entry).startsWith("VOC") && isYear(entry))
        .toList();
  }

  /** Photos with one of the others: opening it says what is missing. */
  private static boolean isYear(Path folder) {
    return Files.isDirectory(folder.resolve(PHOTOS))
        && (Files.isDirectory(folder.resolve(ANNOTATIONS))
            || Files.isDirectory(folder.resolve(LISTS).resolve(MAIN)));
  }

  @Override
  public Dataset open(Path folder, String split) throws IOException {
    List<Path> years = years(folder);
    if (years.size() > 1) {
      throw new IOException(
          "%s holds %s: name one of these folders"
              .formatted(
                  folder, years.stream().map(DataFile::name).collect(Collectors.joining(" and "))));
    }
    Path year = years.get(0);
    for (Path part : List.of(Path.of(ANNOTATIONS), Path.of(LISTS, MAIN))) {
      if (!Files.isDirectory(year.resolve(part))) {
        throw new IOException(
            "%s has %s and no %s: expected both, as PASCAL VOC has them"
                .formatted(year, PHOTOS, part));
      }
    }
    String name = split == null ? DEFAULT_SPLIT : split;
    Path list = list(year, name);
    Problems problems = new Problems();
    Map<String, Entry> entries = entries(year, list, problems);
    List<String> classes = classes(year, entries);
    Map<String, Integer> places = new HashMap<>();
    classes.forEach(c -> places.put(c, places.size()));
    ObjectReader objects = new ObjectReader(Map.copyOf(places), 1);
    List<AnnotatedImage> images = new ArrayList<>();
    entries.forEach((id, entry) -> images.add(new Image(id, entry, objects, classes.size())));
    return new Dataset(DataFile.name(year) + " " + name, classes, images, problems.lines());
  }

  private static Path list(Path year, String split) throws IOException {
    Path lists = year.resolve(LISTS);
    Path list =
        (split.contains("/") ? lists : lists.resolve(MAIN)).resolve(split + ".txt").normalize();
    if (list.startsWith(lists.normalize()) && Files.isRegularFile(list)) {
      return list;
    }
    List<String> there =
        DataFile.list(lists.resolve(MAIN)).stream()
            .map(DataFile::name)
            .filter(file -> file.endsWith(".txt") && !CLASS_LIST.matcher(file).matches())
            .map(file -> file.substring(0, file.length() - 4))
            .toList();
    throw new IOException(
        "no split '%s' in %s: expected %s"
            .formatted(
                split,
                lists.resolve(MAIN),
                there.isEmpty()
                    ? "its file there, " + split + ".txt, with an image's id a line"
                    : "one of " + String.join(", ", there)));
  }

  /** An image's files. */
  private record Entry(Path photo, Path xml, Path mask) {}

  private static Map<String, Entry> entries(Path year, Path list, Problems problems)
      throws IOException {
    Map<String, Path> photos = DataFile.byStem(year.resolve(PHOTOS), DataFile.PHOTOS);
    Map<String, Path> annotations = DataFile.byStem(year.resolve(ANNOTATIONS), Set.of("xml"));
    Path masks = year.resolve(MASKS);
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Line line : DataFile.lines(list)) {
      String[] words = line.text().split("\\s+");
      String id = words[0];
      // The lists of a class: -1 where an image does not show it, 0 where all is difficult.
      if (words.length > 1 && words[1].equals("-1")) {
        continue;
      }
      if (!photos.containsKey(id)) {
        problems.add(
            "entries without a photo in " + PHOTOS,
            "%s: '%s' has no photo in %s".formatted(line.place(), id, PHOTOS));
      } else if (!annotations.containsKey(id)) {
        problems.add(
            "entries without a file in " + ANNOTATIONS,
            "%s: '%s' has no file in %s".formatted(line.place(), id, ANNOTATIONS));
      } else {
        Entry entry = new Entry(photos.get(id), annotations.get(id), masks.resolve(id + ".png"));
        if (entries.putIfAbsent(id, entry) != null) {
          problems.add(
              "entries that are there twice",
              "%s: '%s' is there twice".formatted(line.place(), id));
        }
      }
    }
    return entries;
  }

  private static List<String> classes(Path year, Map<String, Entry> entries) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path list : DataFile.list(year.resolve(LISTS).resolve(MAIN))) {
      Matcher matcher = CLASS_LIST.matcher(DataFile.name(list));
      if (matcher.matches()) {
        names.add(matcher.group(1));
      }
    }
    if (names.isEmpty()) {
      for (Entry entry : entries.values()) {
        try {
          Marks.read(entry.xml()).marks().forEach(mark -> names.add(mark.className()));
        } catch (IOException e) {
          // The image itself will say so.
        }
      }
    }
    return CLASSES.containsAll(names) ? CLASSES : List.copyOf(names);
  }

  /** An entry of a list. */
  private record Image(String id, Entry files, ObjectReader objects, int classes)
      implements AnnotatedImage {
    @Override
    public Photo photo() throws IOException {
      return file().read(marks().size());
    }

    @Override
    public Annotation annotation() throws IOException {
      Marks marks = marks();
      return objects.read(marks, file().size(marks.size()), List.of());
    }

    @Override
    public Optional<ClassMask> mask() throws IOException {
      if (!Files.exists(files.mask())) {
        return Optional.empty();
      }
      ClassMask mask = MaskFile.read(files.mask(), classes);
      Size size = new Size(mask.width(), mask.height());
      Optional<Size> photo = file().size(marks().size());
      if (photo.isPresent() && !photo.get().equals(size)) {
        throw new IOException(
            "%s has %s pixels, its photo %s: expected the same size"
                .formatted(files.mask(), size, photo.get()));
      }
      return Optional.of(mask);
    }

    private PhotoFile file() {
      return new PhotoFile(files.photo());
    }

    private Marks marks() throws IOException {
      return Marks.read(files.xml());
    }
  }
}
