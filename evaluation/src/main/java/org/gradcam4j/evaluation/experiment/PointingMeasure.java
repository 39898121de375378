package org.gradcam4j.evaluation.experiment;

import java.util.ArrayList;
import java.util.List;
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
    List<Box> boxes = shown.annotation().boxes(shown.datasetClass());
    if (boxes.isEmpty()) {
      return List.of();
    }
    SaliencyMap onPhoto = map.onPhoto();
    double hit = PointingGame.of(onPhoto, boxes, scale);
    List<Observation> observations = new ArrayList<>();
    observations.add(PointingGame.METRIC.observe(variant.name(), shown.className(), hit));
    // TorchRay's: where all objects of a class are marked difficult, the class is left out there.
    boolean some =
        shown.annotation().objects(shown.datasetClass()).stream().anyMatch(o -> !o.difficult());
    int classes = shown.annotation().classes().size();
    if (some && PointingGame.isDifficult(onPhoto.height(), onPhoto.width(), boxes, classes)) {
      observations.add(PointingGame.DIFFICULT.observe(variant.name(), shown.className(), hit));
    }
    return observations;
  }
}
