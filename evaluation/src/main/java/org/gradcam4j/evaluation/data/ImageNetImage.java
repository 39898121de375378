package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.gradcam4j.evaluation.data.PhotoFile.Size;
import org.gradcam4j.image.Photo;

/**
 * An image of ImageNet's validation set.
 *
 * @param id its name without the ending
 * @param file the photo
 * @param truth its class
 * @param xml its boxes; null if there is no such file
 * @param solution its boxes by the challenge's solution; null if there is none
 * @param blacklisted whether its boxes are known to be bad
 * @param objects makes objects of them
 */
record ImageNetImage(
    String id,
    Path file,
    int truth,
    Path xml,
    Solution solution,
    boolean blacklisted,
    ObjectReader objects)
    implements AnnotatedImage {

  /**
   * A line of the challenge's solution.
   *
   * @param place file and line
   * @param prediction class and box, again and again: {@code n02112137 51 61 199 215}
   */
  record Solution(String place, String prediction) {
    private static final int WORDS = 5;

    /** The class of the first box. */
    String synset() {
      return prediction.split("\\s+", 2)[0];
    }

    Marks marks() {
      List<String> words = Arrays.asList(prediction.split("\\s+"));
      List<Marks.Mark> marks = new ArrayList<>();
      List<String> remarks = new ArrayList<>();
      int whole = words.size() / WORDS * WORDS;
      for (int i = 0; i < whole; i += WORDS) {
        marks.add(
            new Marks.Mark(
                place,
                words.get(i),
                Marks.box(place, words.subList(i + 1, i + WORDS), remarks),
                false));
      }
      if (whole < words.size()) {
        remarks.add(
            "%s: %d words: expected class, xmin, ymin, xmax, ymax again and again; the last are left out"
                .formatted(place, words.size()));
      }
      return new Marks(place, Size.UNKNOWN, marks, remarks);
    }
  }

  @Override
  public Photo photo() throws IOException {
    return new PhotoFile(file).read(marks(new ArrayList<>()).size());
  }

  @Override
  public Annotation annotation() throws IOException {
    List<String> remarks = new ArrayList<>();
    Marks marks = marks(remarks);
    Annotation read = objects.read(marks, new PhotoFile(file).size(marks.size()), remarks);
    List<Integer> classes = new ArrayList<>(List.of(truth));
    List<String> odd = new ArrayList<>(read.remarks());
    for (int other : read.classes()) {
      if (other != truth) {
        classes.add(other);
        odd.add(marks.place() + ": a box of another class than the image's");
      }
    }
    return new Annotation(read.width(), read.height(), classes, read.objects(), blacklisted, odd);
  }

  /** The XML file's, or the solution's where that is missing or broken. */
  private Marks marks(List<String> remarks) throws IOException {
    Marks other = solution == null ? null : solution.marks();
    if (xml == null) {
      if (other == null) {
        remarks.add(id + ": no boxes");
        return new Marks(id, Size.UNKNOWN, List.of(), List.of());
      }
      remarks.add(other.place() + ": no XML file of '" + id + "': boxes are the solution's");
      return other;
    }
    Marks marks;
    try {
      marks = Marks.read(xml);
    } catch (IOException e) {
      if (other == null) {
        throw e;
      }
      remarks.add(e.getMessage() + "; boxes are the solution's");
      return other;
    }
    if (other != null && !said(marks).equals(said(other))) {
      remarks.add(
          "%s and %s disagree about the boxes: those of the first are taken"
              .formatted(marks.place(), other.place()));
    }
    return marks;
  }

  private static Set<List<Object>> said(Marks marks) {
    Set<List<Object>> said = new HashSet<>();
    marks.marks().forEach(mark -> said.add(List.of(mark.className(), mark.box())));
    return said;
  }
}
