package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gradcam4j.image.PictureFiles;

/** Files of small data sets. */
final class Fixtures {
  private Fixtures() {}

  static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  static Path write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  static byte[] jpeg(int width, int height) {
    return PictureFiles.encode(PictureFiles.gradient(width, height), "jpg");
  }

  /** An annotation; the first object begins in line 3. */
  static String xml(int width, int height, String... objects) {
    return "<annotation>\n<size><width>%d</width><height>%d</height></size>\n%s\n</annotation>\n"
        .formatted(width, height, String.join("\n", objects));
  }

  /** An object in one line. */
  static String object(String name, String xMin, String yMin, String xMax, String yMax) {
    return object(name, "0", xMin, yMin, xMax, yMax);
  }

  static String object(
      String name, String difficult, String xMin, String yMin, String xMax, String yMax) {
    return ("<object><name>%s</name><difficult>%s</difficult><bndbox><xmin>%s</xmin><ymin>%s</ymin>"
            + "<xmax>%s</xmax><ymax>%s</ymax></bndbox></object>")
        .formatted(name, difficult, xMin, yMin, xMax, yMax);
  }
}
