package org.gradcam4j.evaluation.experiment;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.gradcam4j.evaluation.data.ClassMask;
import org.gradcam4j.evaluation.metric.BoxRule;
import org.gradcam4j.evaluation.metric.MaskIntersection;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;

/**
 * How a class's map covers its segmentation, where the data set has one.
 *
 * @param rule which pixels of a map count
 */
record MaskMeasure(BoxRule rule) implements Measure {
  @Override
  public List<Metric> metrics() {
    return List.of(MaskIntersection.METRIC);
  }

  @Override
  public List<Observation> observe(ImageClass shown, Variant variant, MeasuredMap map)
      throws IOException {
    Optional<ClassMask> mask = shown.image().mask();
    if (mask.isEmpty()) {
      return List.of();
    }
    double overlap = MaskIntersection.of(map.onPhoto(), mask.get(), shown.datasetClass(), rule);
    return List.of(MaskIntersection.METRIC.observe(variant.name(), shown.className(), overlap));
  }
}
