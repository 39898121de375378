package org.gradcam4j.evaluation.experiment;

import java.util.ArrayList;
import java.util.List;
import org.gradcam4j.evaluation.metric.BoxRule;
import org.gradcam4j.evaluation.metric.EnergyPointingGame;
import org.gradcam4j.evaluation.metric.GroundTruthKnown;
import org.gradcam4j.evaluation.metric.InsideOutsideRatio;
import org.gradcam4j.evaluation.metric.MaxBoxAcc;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;

/**
 * How a class's map lies to its boxes: localization with the class known, at a fixed threshold and
 * at the best one, and where its energy is.
 *
 * @param rule how a map becomes a box
 * @param allSegments whether the version of the best threshold that looks at all segments is taken
 *     too
 */
record BoxMeasure(BoxRule rule, boolean allSegments) implements Measure {
  @Override
  public List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(GroundTruthKnown.METRIC);
    metrics.add(MaxBoxAcc.METRIC);
    if (allSegments) {
      metrics.add(MaxBoxAcc.V2);
    }
    metrics.add(EnergyPointingGame.METRIC);
    metrics.add(InsideOutsideRatio.METRIC);
    return metrics;
  }

  @Override
  public List<Observation> observe(ImageClass shown, Variant variant, MeasuredMap map) {
    List<Box> boxes = shown.annotation().boxes(shown.datasetClass());
    if (boxes.isEmpty()) {
      return List.of();
    }
    SaliencyMap onPhoto = map.onPhoto();
    String name = variant.name();
    List<Observation> observations = new ArrayList<>();
    observations.add(
        GroundTruthKnown.METRIC.observe(name, "", GroundTruthKnown.of(rule.box(onPhoto), boxes)));
    MaxBoxAcc.of(name, rule.smoothed(onPhoto), boxes).stream()
        .filter(o -> allSegments || !o.metric().equals(MaxBoxAcc.V2.name()))
        .forEach(observations::add);
    observations.add(
        EnergyPointingGame.METRIC.observe(name, "", EnergyPointingGame.of(onPhoto, boxes)));
    observations.add(
        InsideOutsideRatio.METRIC.observe(name, "", InsideOutsideRatio.of(onPhoto, boxes)));
    return observations;
  }
}
