package org.gradcam4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** The image files that arguments mean: files, folders and patterns. */
final class ImageFiles {
  private static final Set<String> ENDINGS =
      Set.of("jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff", "npy");

  private ImageFiles() {}

  /**
   * The files, each once, in the order of the arguments, those of a folder or pattern by name.
   *
   * <p>A folder means the images in it, not in its folders. A file that does not exist is passed
   * on, to fail when it is read.
   *
   * @throws UserError if a folder has no image or nothing fits a pattern
   */
  static List<Path> expand(List<String> arguments) throws IOException {
    Set<Path> files = new LinkedHashSet<>();
    for (String argument : arguments) {
      Path path = path(argument);
      if (path != null && Files.isDirectory(path)) {
        files.addAll(inFolder(path));
      } else if (path == null || !Files.exists(path) && isPattern(argument)) {
        files.addAll(matching(argument));
      } else {
        files.add(path);
      }
    }
    return List.copyOf(files);
  }

  private static Path path(String argument) {
    try {
      return Path.of(argument);
    } catch (InvalidPathException e) {
      if (isPattern(argument)) {
        // Windows allows no * in a path.
        return null;
      }
      throw new UserError("'" + argument + "' is not a file name: " + e.getReason(), e);
    }
  }

  private static boolean isPattern(String argument) {
    return argument.matches(".*[*?\\[{].*");
  }

  private static List<Path> inFolder(Path folder) throws IOException {
    List<Path> images;
    try (Stream<Path> files = Files.list(folder)) {
      images = files.filter(ImageFiles::isImage).sorted().toList();
    }
    if (images.isEmpty()) {
      throw new UserError("no images in the folder " + folder);
    }
    return images;
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
        && Files.isRegularFile(file);
  }

  /** The files that fit, from the deepest folder that the pattern names without a wildcard. */
  private static List<Path> matching(String pattern) throws IOException {
    String glob = pattern.replace('\\', '/');
    int wildcard = glob.length() - glob.replaceFirst("^[^*?\\[{]*", "").length();
    int slash = glob.lastIndexOf('/', wildcard);
    Path base = Path.of(slash < 0 ? "" : glob.substring(0, Math.max(1, slash)));
    PathMatcher matcher;
    try {
      matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob.substring(slash + 1));
    } catch (PatternSyntaxException e) {
      throw new UserError("'" + pattern + "': " + e.getDescription(), e);
    }
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(base.toAbsolutePath())) {
      int depth = glob.contains("**") ? Integer.MAX_VALUE : glob.split("/").length;
      try (Stream<Path> files = Files.walk(base, depth)) {
        files
            .filter(f -> Files.isRegularFile(f) && matcher.matches(base.relativize(f)))
            .sorted()
            .forEach(found::add);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    if (found.isEmpty()) {
      throw new UserError("no file fits " + pattern);
    }
    return found;
  }
}
