package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the images that arguments mean: files, folders, patterns. */
final class ImageFiles {
  private static final Set<String> KINDS =
      Set.of("jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "npy");

  private ImageFiles() {}

  /**
   * The files in the order of the arguments, those of a folder or pattern by name; a file that does
   * not exist is kept, so that it is reported with the others.
   *
   * @throws IOException if a folder cannot be read
   * @throws IllegalArgumentException if a folder or pattern has no image
   */
  static List<Path> find(List<String> arguments) throws IOException {
    Set<Path> found = new LinkedHashSet<>();
    for (String argument : arguments) {
      Path path = Path.of(argument);
      if (Files.isDirectory(path)) {
        addAll(found, argument, Files.list(path).filter(ImageFiles::isImage));
      } else if (!Files.exists(path) && argument.matches(".*[*?\\[{].*")) {
        Path base = base(argument);
        PathMatcher matcher =
            FileSystems.getDefault().getPathMatcher("glob:" + Path.of(argument).normalize());
        Stream<Path> files = Files.isDirectory(base) ? Files.walk(base) : Stream.empty();
        addAll(
            found,
            argument,
            files.filter(f -> matcher.matches(f.normalize()) && Files.isRegularFile(f)));
      } else {
        found.add(path);
      }
    }
    return List.copyOf(found);
  }

  private static void addAll(Set<Path> found, String argument, Stream<Path> files) {
    try (files) {
      List<Path> images = files.sorted().toList();
      if (images.isEmpty()) {
        throw new IllegalArgumentException(
            argument
                + ": no images there ("
                + String.join(", ", KINDS.stream().sorted().toList())
                + ")");
      }
      found.addAll(images);
    }
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return KINDS.contains(name.substring(name.lastIndexOf('.') + 1)) && Files.isRegularFile(file);
  }

  /** The deepest folder of a pattern before its first wildcard. */
  private static Path base(String pattern) {
    Path path = Path.of(pattern);
    Path base = path.isAbsolute() ? path.getRoot() : Path.of("");
    for (Path part : path) {
      if (part.toString().matches(".*[*?\\[{].*")) {
        break;
      }
      base = base.resolve(part);
    }
    return base;
  }
}
