package org.gradcam4j.evaluation.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gradcam4j.evaluation.data.PhotoFile.Size;
import org.gradcam4j.image.PhotoCoordinates;
import org.gradcam4j.image.PhotoCoordinates.Box;

/**
 * Turns marks into objects of a photo: pixels from 0, inclusive, inside the photo. What has to be
 * changed or left out for that is remarked on.
 *
 * @param classes the places of the classes, by the annotations' names
 * @param firstPixel the annotations' number of the first pixel: 1 in PASCAL VOC, 0 in ImageNet
 */
record ObjectReader(Map<String, Integer> classes, int firstPixel) {
  /**
   * The annotation of a photo.
   *
   * @param photo the photo's size; nothing if it is unknown
   * @param remarks what was odd before
   */
  Annotation read(Marks marks, Optional<Size> photo, List<String> remarks) {
    List<String> odd = new ArrayList<>(remarks);
    odd.addAll(marks.remarks());
    Size size = photo.orElse(marks.size());
    Size from = marks.size().equals(Size.UNKNOWN) ? size : marks.size();
    if (!size.equals(from)) {
      odd.add(
          "%s: annotated at %s, the photo has %s: boxes are scaled"
              .formatted(marks.place(), from, size));
    }
    List<Integer> shown = new ArrayList<>();
    List<AnnotatedObject> objects = new ArrayList<>();
    for (Marks.Mark mark : marks.marks()) {
      Integer index = classes.get(mark.className());
      if (index == null) {
        odd.add(mark.place() + ": unknown class '" + mark.className() + "': object left out");
      } else {
        if (!shown.contains(index)) {
          shown.add(index);
        }
        mark.box()
            .flatMap(box -> fitted(mark.place(), box, from, size, odd))
            .ifPresent(box -> objects.add(new AnnotatedObject(index, box, mark.difficult())));
      }
    }
    return new Annotation(size.width(), size.height(), shown, objects, false, odd);
  }

  private Optional<Box> fitted(String place, Box marked, Size from, Size to, List<String> odd) {
    if (marked.xMax() < marked.xMin() || marked.yMax() < marked.yMin()) {
      odd.add(place + ": box " + text(marked) + " is empty: left out");
      return Optional.empty();
    }
    Box box =
        new Box(
            marked.xMin() - firstPixel,
            marked.yMin() - firstPixel,
            marked.xMax() - firstPixel,
            marked.yMax() - firstPixel);
    if (to.equals(Size.UNKNOWN)) {
      return Optional.of(box);
    }
    Box scaled =
        new PhotoCoordinates(to.width(), to.height(), from.width(), from.height()).toPhoto(box);
    Box clipped =
        new Box(
            Math.max(0, scaled.xMin()),
            Math.max(0, scaled.yMin()),
            Math.min(to.width() - 1, scaled.xMax()),
            Math.min(to.height() - 1, scaled.yMax()));
    if (clipped.equals(scaled)) {
      return Optional.of(scaled);
    }
    boolean outside = clipped.xMax() < clipped.xMin() || clipped.yMax() < clipped.yMin();
    odd.add(
        "%s: box %s %s the photo of %s: %s"
            .formatted(
                place,
                text(marked),
                outside ? "lies outside" : "reaches out of",
                from,
                outside ? "left out" : "clipped"));
    return outside ? Optional.empty() : Optional.of(clipped);
  }

  private static String text(Box box) {
    return "%s,%s to %s,%s"
        .formatted(number(box.xMin()), number(box.yMin()), number(box.xMax()), number(box.yMax()));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
