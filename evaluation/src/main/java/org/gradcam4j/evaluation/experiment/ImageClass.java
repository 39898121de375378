package org.gradcam4j.evaluation.experiment;

import java.util.Map;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.Method;

/**
 * An image and one of its classes, of which maps are measured.
 *
 * @param subject the network
 * @param protocol how maps are made and read
 * @param image the data set's entry
 * @param annotation what it says
 * @param photo the photo
 * @param input the photo as the network takes it
 * @param datasetClass the class, as the data set counts
 * @param networkClass the class, as the network counts
 * @param maps the variants' maps and those that measures asked for, by method
 */
record ImageClass(
    Subject subject,
    MapProtocol protocol,
    AnnotatedImage image,
    Annotation annotation,
    Photo photo,
    NetworkInput input,
    int datasetClass,
    int networkClass,
    Map<Method, MeasuredMap> maps) {

  /** The class's name. */
  String className() {
    return subject.classes().classes().get(datasetClass);
  }
}
