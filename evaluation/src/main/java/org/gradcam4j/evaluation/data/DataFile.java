package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A data set's files: lists, annotations, folders. */
final class DataFile {
  /** Endings of the photos that are read, in lower case. */
  static final Set<String> PHOTOS = Set.of("jpg", "jpeg", "png", "bmp", "gif", "tif", "tiff");

  private static final Set<String> NO_NAMES = Set.of("", ".", "..");

  /** The largest list or annotation: that of 50,000 images has 4 MB. */
  private static final long MAX_BYTES = 1L << 28;

  /**
   * A line of a list.
   *
   * @param place file and line, for messages
   * @param number the line's number, from 1
   * @param text without white space around, never empty
   */
  record Line(String place, int number, String text) {}

  private DataFile() {}

  /**
   * A file's bytes.
   *
   * @throws IOException with one line that names it, if it is missing, too large or cannot be read
   */
  static byte[] bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(Files.exists(file) ? file + " is no file" : "no such file: " + file);
    }
    if (!Files.isReadable(file)) {
      throw new IOException("no permission to read " + file);
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(
          file + " has more than " + MAX_BYTES + " bytes: no list, no annotation");
    }
    return Files.readAllBytes(file);
  }

  /** The lines of a list in UTF-8 that are not empty. */
  static List<Line> lines(Path file) throws IOException {
    String text = new String(bytes(file), StandardCharsets.UTF_8);
    List<String> all = (text.startsWith("\uFEFF") ? text.substring(1) : text).lines().toList();
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      String line = all.get(i).strip();
      if (!line.isEmpty()) {
        lines.add(new Line(file + ":" + (i + 1), i + 1, line));
      }
    }
    return lines;
  }

  /** What lies in a folder, sorted by name; names that begin with a dot are hidden. */
  static List<Path> list(Path folder) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path entry : stream) {
        if (!name(entry).startsWith(".")) {
          entries.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.comparing(DataFile::name));
    return entries;
  }

  /** A folder's files with these endings by their names without them; of two the first. */
  static Map<String, Path> byStem(Path folder, Set<String> endings) throws IOException {
    Map<String, Path> files = new HashMap<>();
    for (Path file : list(folder)) {
      if (endings.contains(ending(file))) {
        files.putIfAbsent(stem(file), file);
      }
    }
    return files;
  }

  /** The last part of a path; that of a folder's own place where the path is {@code .}. */
  static String name(Path path) {
    Path last = path.getFileName();
    if (last == null || NO_NAMES.contains(last.toString())) {
      last = path.toAbsolutePath().normalize().getFileName();
    }
    return last == null ? path.toString() : last.toString();
  }

  /** What is behind a name's last dot, in lower case. */
  static String ending(Path file) {
    String name = name(file);
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static String stem(Path file) {
    String name = name(file);
    return name.substring(0, name.lastIndexOf('.'));
  }
}
