package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.util.Optional;
import org.gradcam4j.image.Photo;

/** An entry of a data set. Photo and annotation are read when they are asked for, and not kept. */
public interface AnnotatedImage {
  /** Its name in the data set, unique there: {@code 000005}, {@code ILSVRC2012_val_00000347}. */
  String id();

  /**
   * The photo.
   *
   * @throws IOException with one line that names the file, if it is missing or broken
   */
  Photo photo() throws IOException;

  /**
   * What the data set says of it.
   *
   * @throws IOException with one line that names file and line, if it is missing or broken
   */
  Annotation annotation() throws IOException;

  /**
   * Which class each pixel shows.
   *
   * @return empty where the data set has no such mask for this photo
   * @throws IOException with one line that names the file, if it is broken
   */
  default Optional<ClassMask> mask() throws IOException {
    return Optional.empty();
  }
}
