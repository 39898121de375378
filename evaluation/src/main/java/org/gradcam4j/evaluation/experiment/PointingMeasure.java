package org.gradcam4j.evaluation.experiment;

import java.util.ArrayList;
import java.util.List;
import org.gradcam4j.evaluation.data.AnnotatedObject;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.evaluation.metric.PointingGame;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;

/**
 * The pointing game.
 *
 * @param scale the photos' size over that of the original data set's, by which the tolerance of 15
 *     pixels shrinks
 */
record PointingMeasure(double scale) implements Measure {
  @Override
  public List<Metric> metrics() {
    return List.of(PointingGame.METRIC, PointingGame.DIFFICULT);
  }

  @Override
  public List<Observation> observe(ImageClass shown, Variant variant, MeasuredMap map) {
    // TorchRay's rule: difficult objects count, but a class that has no other is left out.
    if (shown.annotation().objects(shown.datasetClass()).stream()
        .allMatch(AnnotatedObject::difficult)) {
      return List.of();
    }
    List<Box> boxes = shown.annotation().boxes(shown.datasetClass());
    SaliencyMap onPhoto = map.onPhoto();
    double hit = PointingGame.of(onPhoto, boxes, scale);
    List<Observation> observations = new ArrayList<>();
    observations.add(PointingGame.METRIC.observe(variant.name(), shown.className(), hit));
    int classes = shown.annotation().classes().size();
    if (PointingGame.isDifficult(onPhoto.height(), onPhoto.width(), boxes, classes)) {
      observations.add(PointingGame.DIFFICULT.observe(variant.name(), shown.className(), hit));
    }
    return observations;
  }
}
