package org.gradcam4j.evaluation.experiment;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.util.List;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.method.Method;

/** What is measured of a map: a group of metrics that share their work. Records of options. */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "measure")
interface Measure {
  /** The metrics. */
  List<Metric> metrics();

  /** Methods whose maps it compares with: they are made in the same pass. */
  default List<Method> references() {
    return List.of();
  }

  /**
   * What it finds of a variant's map of a class.
   *
   * @throws IOException if a file of the image is broken
   */
  List<Observation> observe(ImageClass shown, Variant variant, MeasuredMap map) throws IOException;
}
