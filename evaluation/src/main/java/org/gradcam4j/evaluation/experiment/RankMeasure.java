package org.gradcam4j.evaluation.experiment;

import java.util.List;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.evaluation.metric.RankCorrelation;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Occlusion;
import org.gradcam4j.method.SaliencyMap;

/**
 * Faithfulness: how a map ranks an image's places against how the class's score falls when they are
 * covered.
 *
 * @param name the metric's name: {@code rank-correlation}, or another where several protocols are
 *     compared
 * @param suffix behind the variant's name; empty for the protocol of the run
 * @param occlusion patch, stride, padding and fill
 * @param grid where both maps are compared
 * @param firstClass whether only the first annotated class of an image counts
 */
public record RankMeasure(
    String name, String suffix, Occlusion occlusion, Grid grid, boolean firstClass)
    implements Measure {
  /** Where maps of different resolutions are compared; the paper is silent. */
  public enum Grid {
    /** Both at the network's input size: occlusion upsampled, maps of the input as they are. */
    INPUT,
    /** Both on occlusion's places: maps averaged over the cell of each. */
    OCCLUSION
  }

  @Override
  public List<Metric> metrics() {
    return List.of(metric());
  }

  private Metric metric() {
    Metric own = RankCorrelation.SPEARMAN;
    return new Metric(
        name, own.direction(), own.unit(), own.aggregation(), own.definition(), own.source());
  }

  @Override
  public List<Method> references() {
    return List.of(occlusion);
  }

  @Override
  public List<Observation> observe(ImageClass shown, Variant variant, MeasuredMap map) {
    if (firstClass && shown.annotation().classes().get(0) != shown.datasetClass()) {
      return List.of();
    }
    MeasuredMap reference = shown.maps().get(occlusion);
    double correlation;
    if (grid == Grid.INPUT) {
      correlation = RankCorrelation.spearmanOfRanks(map.ranks(), reference.ranks());
    } else {
      SaliencyMap places = reference.explanation().map();
      correlation =
          RankCorrelation.spearman(
              CellMeans.of(
                  map.onInput().values(),
                  map.onInput().height(),
                  map.onInput().width(),
                  places.height(),
                  places.width()),
              places.values());
    }
    String label = suffix.isEmpty() ? variant.name() : variant.name() + " (" + suffix + ")";
    return List.of(metric().observe(label, "", correlation));
  }
}
