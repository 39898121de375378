package org.gradcam4j.evaluation.head;

import java.util.List;
import org.gradcam4j.evaluation.data.AnnotatedObject;
import org.gradcam4j.evaluation.data.Annotation;

/** Whether an image shows a class, by PASCAL VOC's rule. */
public enum Truth {
  /** An object of it is there that is not difficult. */
  SHOWN,
  /** No object of it is there. */
  ABSENT,
  /** All objects of it are difficult: the image does not count for this class. */
  IGNORED;

  /**
   * The truth of each class of a data set.
   *
   * @param annotation what the data set says of the image
   * @param classes how many classes the data set has
   */
  public static Truth[] of(Annotation annotation, int classes) {
    Truth[] truth = new Truth[classes];
    for (int c = 0; c < classes; c++) {
      List<AnnotatedObject> objects = annotation.objects(c);
      if (objects.isEmpty()) {
        // A data set may have classes without boxes.
        truth[c] = annotation.classes().contains(c) ? SHOWN : ABSENT;
      } else {
        truth[c] = objects.stream().allMatch(AnnotatedObject::difficult) ? IGNORED : SHOWN;
      }
    }
    return truth;
  }
}
