package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gradcam4j.evaluation.data.PhotoFile.Size;
import org.gradcam4j.image.PhotoCoordinates.Box;

/**
 * What stands in an annotation, as it stands there: boxes in the file's own coordinates.
 *
 * @param place the file, and the line if it is a list
 * @param size of the photo that was annotated
 * @param marks the objects
 * @param remarks what cannot be made sense of, one line each
 */
record Marks(String place, Size size, List<Mark> marks, List<String> remarks) {
  private static final List<String> CORNERS = List.of("xmin", "ymin", "xmax", "ymax");

  /**
   * An object.
   *
   * @param place file and line
   * @param className the class, by the file's name for it
   * @param box where it is; nothing where the file gives no four numbers
   * @param difficult whether it is marked so
   */
  record Mark(String place, String className, Optional<Box> box, boolean difficult) {}

  /**
   * Reads an XML file as PASCAL VOC and ImageNet have it. Objects' parts, which have boxes of their
   * own, and poses are not read.
   *
   * @throws IOException with one line that names file and line
   */
  static Marks read(Path file) throws IOException {
    XmlElement root = XmlElement.read(file);
    if (!root.name().equals("annotation")) {
      throw new IOException(
          "%s:%d: root element '%s': expected 'annotation'"
              .formatted(file, root.line(), root.name()));
    }
    List<Mark> marks = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    Size size = size(file, root, remarks);
    for (XmlElement object : root.children("object")) {
      String place = file + ":" + object.line();
      String name = object.child("name").map(XmlElement::text).orElse("");
      if (name.isEmpty()) {
        remarks.add(place + ": object without a name: left out");
      } else {
        boolean difficult =
            object.child("difficult").filter(flag -> flag.text().equals("1")).isPresent();
        marks.add(new Mark(place, name, box(file, object, remarks), difficult));
      }
    }
    return new Marks(file.toString(), size, marks, remarks);
  }

  private static Size size(Path file, XmlElement root, List<String> remarks) {
    Optional<XmlElement> size = root.child("size");
    if (size.isEmpty()) {
      return Size.UNKNOWN;
    }
    int[] sides = new int[2];
    for (int i = 0; i < 2; i++) {
      String text = size.get().child(i == 0 ? "width" : "height").map(XmlElement::text).orElse("");
      double side = number(text);
      if (!(side >= 1 && side <= Integer.MAX_VALUE)) {
        remarks.add(
            "%s:%d: size has no width and height from 1 on: the photo's own is taken"
                .formatted(file, size.get().line()));
        return Size.UNKNOWN;
      }
      sides[i] = (int) side;
    }
    return new Size(sides[0], sides[1]);
  }

  private static Optional<Box> box(Path file, XmlElement object, List<String> remarks) {
    Optional<XmlElement> box = object.child("bndbox");
    if (box.isEmpty()) {
      remarks.add(file + ":" + object.line() + ": object without a bndbox");
      return Optional.empty();
    }
    List<String> texts =
        CORNERS.stream().map(c -> box.get().child(c).map(XmlElement::text).orElse("")).toList();
    return box(file + ":" + box.get().line(), texts, remarks);
  }

  /** A box of four texts, x before y; nothing and a remark if one is no number. */
  static Optional<Box> box(String place, List<String> texts, List<String> remarks) {
    double[] corners = new double[4];
    for (int i = 0; i < 4; i++) {
      corners[i] = number(texts.get(i));
      if (!Double.isFinite(corners[i])) {
        remarks.add(
            "%s: %s is '%s': expected a number; the box is left out"
                .formatted(place, CORNERS.get(i), texts.get(i)));
        return Optional.empty();
      }
    }
    return Optional.of(new Box(corners[0], corners[1], corners[2], corners[3]));
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
