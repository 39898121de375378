package org.gradcam4j.evaluation.data;

import java.util.List;

/**
 * Photos with what is in them.
 *
 * @param name to be read, with its split: {@code VOC2007 val}
 * @param classes the classes' names; annotations mean them by their places
 * @param images in the data set's own order, each id once
 * @param problems what is wrong with its lists, one line each that names file and line, or one that
 *     counts what is left of many of a kind; such entries are not among the images
 */
public record Dataset(
    String name, List<String> classes, List<AnnotatedImage> images, List<String> problems) {
  /** Copies the lists. */
  public Dataset {
    classes = List.copyOf(classes);
    images = List.copyOf(images);
    problems = List.copyOf(problems);
  }

  /**
   * The same as if objects that are marked difficult were not there; a class that a photo shows in
   * such objects alone, it does not show.
   */
  public Dataset withoutDifficult() {
    return new Dataset(
        name + " without difficult objects",
        classes,
        images.stream().<AnnotatedImage>map(WithoutDifficult::new).toList(),
        problems);
  }
}
