package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.io.labels.ParentPathLabelGenerator;
import org.gradcam4j.image.Photo;

/**
 * A folder for each class, photos in it, no boxes. A photo's class is what DataVec's {@link
 * ParentPathLabelGenerator} says, and the classes are sorted as its {@code ImageRecordReader} sorts
 * them, so that they are in the order of a network that was trained through these; but a class
 * without photos keeps its place. A split is a folder above the classes, {@code val/cat}; without
 * one it is {@code val} where that is there. Ids are {@code cat/001.jpg}. Photos are read upright.
 */
final class FolderDataset implements Layout {
  private static final String DEFAULT_SPLIT = "val";
  private static final ParentPathLabelGenerator LABELS = new ParentPathLabelGenerator();

  @Override
  public String signature() {
    return "a folder of photos for each of two classes or more";
  }

  @Override
  public boolean fits(Path folder) throws IOException {
    return holdsClasses(folder) || holdsClasses(folder.resolve(DEFAULT_SPLIT));
  }

  private static boolean holdsClasses(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    List<Path> classes = DataFile.list(folder).stream().filter(Files::isDirectory).toList();
    // One folder of photos is a part of another layout, and nothing to tell apart.
    if (classes.size() < 2 || classes.contains(folder.resolve(VocDataset.PHOTOS))) {
      return false;
    }
    for (Path entry : classes) {
      if (!photos(entry).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static List<Path> photos(Path folder) throws IOException {
    return DataFile.list(folder).stream()
        .filter(file -> DataFile.PHOTOS.contains(DataFile.ending(file)))
        .toList();
  }

  @Override
  public Dataset open(Path folder, String split) throws IOException {
    boolean below = split != null || holdsClasses(folder.resolve(DEFAULT_SPLIT));
    String part = split == null ? DEFAULT_SPLIT : split;
    Path root = below ? folder.resolve(part) : folder;
    if (!holdsClasses(root)) {
      throw new IOException(
          "no split '%s' in %s: expected %s to hold a folder of photos for each class"
              .formatted(part, folder, root));
    }
    Problems problems = new Problems();
    List<String> classes = new ArrayList<>();
    List<AnnotatedImage> images = new ArrayList<>();
    for (Path entry : DataFile.list(root)) {
      if (Files.isDirectory(entry)) {
        List<Path> photos = photos(entry);
        if (photos.isEmpty()) {
          problems.add("folders without photos", entry + ": no photos of this class");
        }
        for (Path photo : photos) {
          String id = LABELS.getLabelForPath(photo.toString()) + "/" + DataFile.name(photo);
          images.add(new Image(id, photo, classes.size()));
        }
        classes.add(DataFile.name(entry));
      } else if (DataFile.PHOTOS.contains(DataFile.ending(entry))) {
        problems.add("photos in no class's folder", entry + ": in no class's folder, left out");
      }
    }
    String name = DataFile.name(folder) + (below ? " " + part : "");
    return new Dataset(name, classes, images, problems.lines());
  }

  /** A photo in a class's folder. */
  private record Image(String id, Path file, int truth) implements AnnotatedImage {
    @Override
    public Photo photo() throws IOException {
      return Photo.read(file);
    }

    @Override
    public Annotation annotation() {
      return new Annotation(0, 0, List.of(truth), List.of(), false, List.of());
    }
  }
}
