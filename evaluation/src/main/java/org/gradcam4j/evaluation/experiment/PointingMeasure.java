package org.gradcam4j.evaluation.experiment;

import java.util.ArrayList;
import java.util.List;
import org.gradcam4j.Explanation;
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
  public List<Observation> observe(Scene scene, Variant variant, Explanation explanation) {
    List<Box> boxes = scene.annotation().boxes(scene.datasetClass());
    if (boxes.isEmpty()) {
      return List.of();
    }
    SaliencyMap map = MapOnPhoto.of(explanation, scene.upsampling(), scene.photo());
    double hit = PointingGame.of(map, boxes, scale);
    List<Observation> observations = new ArrayList<>();
    observations.add(PointingGame.METRIC.observe(variant.name(), scene.className(), hit));
    // TorchRay's: where all objects of a class are marked difficult, the class is left out there.
    boolean some =
        scene.annotation().objects(scene.datasetClass()).stream().anyMatch(o -> !o.difficult());
    int classes = scene.annotation().classes().size();
    if (some && PointingGame.isDifficult(map.height(), map.width(), boxes, classes)) {
      observations.add(PointingGame.DIFFICULT.observe(variant.name(), scene.className(), hit));
    }
    return observations;
  }
}
