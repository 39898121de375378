package org.gradcam4j.evaluation.data;

import java.util.List;
import org.gradcam4j.image.PhotoCoordinates.Box;

/**
 * What a data set says of a photo.
 *
 * @param width columns of the photo that boxes are of; 0 where the data set does not say
 * @param height rows of that photo; 0 where the data set does not say
 * @param classes the classes that the photo shows, places in {@link Dataset#classes()}, each once,
 *     in the order in which they are annotated
 * @param objects marked objects; empty where a data set has classes alone
 * @param blacklisted whether its boxes are known to be bad (ILSVRC): it counts for classification
 *     only
 * @param remarks what is odd about it and how it was taken, one line each that names file and line
 */
public record Annotation(
    int width,
    int height,
    List<Integer> classes,
    List<AnnotatedObject> objects,
    boolean blacklisted,
    List<String> remarks) {
  /** Copies the lists. */
  public Annotation {
    classes = List.copyOf(classes);
    objects = List.copyOf(objects);
    remarks = List.copyOf(remarks);
  }

  /** The objects of a class. */
  public List<AnnotatedObject> objects(int classIndex) {
    return objects.stream().filter(object -> object.classIndex() == classIndex).toList();
  }

  /** The boxes of all objects. */
  public List<Box> boxes() {
    return objects.stream().map(AnnotatedObject::box).toList();
  }

  /** The boxes of a class, those of difficult objects included. */
  public List<Box> boxes(int classIndex) {
    return objects(classIndex).stream().map(AnnotatedObject::box).toList();
  }
}
