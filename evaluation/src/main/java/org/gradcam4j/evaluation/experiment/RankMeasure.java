package org.gradcam4j.evaluation.experiment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
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
 * @param protocol what stands behind the metrics' names, {@code patch-34}; empty for the protocol
 *     of the run
 * @param correlations which correlations are taken
 * @param occlusion patch, stride, padding and fill
 * @param grid where both maps are compared
 * @param firstClass whether only the first annotated class of an image counts
 */
public record RankMeasure(
    String protocol,
    List<Correlation> correlations,
    @JsonIgnore Occlusion occlusion,
    Grid grid,
    boolean firstClass)
    implements Measure {
  /** Which correlation; the paper is silent. */
  public enum Correlation {
    /** Of ranks. */
    SPEARMAN(RankCorrelation.SPEARMAN),
    /** Of the order of pairs. */
    KENDALL(RankCorrelation.KENDALL),
    /** Of values. */
    PEARSON(RankCorrelation.PEARSON);

    private final Metric metric;

    Correlation(Metric metric) {
      this.metric = metric;
    }
  }

  /** Where maps of different resolutions are compared; the paper is silent. */
  public enum Grid {
    /** Both at the network's input size: occlusion upsampled, maps of the input as they are. */
    INPUT,
    /** Both on occlusion's places: maps averaged over the cell of each. */
    OCCLUSION
  }

  /** Copies the list. */
  public RankMeasure {
    correlations = List.copyOf(correlations);
  }

  /** The protocol of the run. */
  static RankMeasure of(Occlusion occlusion, Grid grid, Correlation... correlations) {
    return new RankMeasure("", List.of(correlations), occlusion, grid, false);
  }

  @JsonProperty
  int patch() {
    return occlusion.patch();
  }

  @JsonProperty
  int stride() {
    return occlusion.stride();
  }

  @JsonProperty
  String padding() {
    return occlusion.paddingInWords();
  }

  @JsonProperty
  String fill() {
    return occlusion.fill().toString();
  }

  @Override
  public List<Metric> metrics() {
    return correlations.stream().map(this::metric).toList();
  }

  private Metric metric(Correlation correlation) {
    Metric own = correlation.metric;
    return protocol.isEmpty()
        ? own
        : new Metric(
            own.name() + "-" + protocol,
            own.direction(),
            own.unit(),
            own.aggregation(),
            own.definition() + " By the protocol of the run but for: " + words() + ".",
            own.source());
  }

  private String words() {
    return protocol.replace('-', ' ');
  }

  @Override
  public List<Method> references() {
    return List.of(occlusion);
  }

  @Override
  public List<Observation> observe(ImageClass shown, Variant variant, MeasuredMap map) {
    // That occlusion agrees with itself says nothing.
    if (variant.method().equals(occlusion)) {
      return List.of();
    }
    if (firstClass && shown.annotation().classes().get(0) != shown.datasetClass()) {
      return List.of();
    }
    MeasuredMap reference = shown.maps().get(occlusion);
    return correlations.stream()
        .map(
            correlation ->
                metric(correlation)
                    .observe(variant.name(), "", correlation(correlation, map, reference)))
        .toList();
  }

  private double correlation(Correlation correlation, MeasuredMap map, MeasuredMap reference) {
    if (correlation == Correlation.SPEARMAN && grid == Grid.INPUT) {
      return RankCorrelation.spearmanOfRanks(map.ranks(), reference.ranks());
    }
    SaliencyMap places = reference.explanation().map();
    float[] own = map.onInput().values();
    float[] other = reference.onInput().values();
    if (grid == Grid.OCCLUSION) {
      int height = map.onInput().height();
      int width = map.onInput().width();
      own = CellMeans.of(own, height, width, places.height(), places.width());
      other = places.values();
    }
    return switch (correlation) {
      case SPEARMAN -> RankCorrelation.spearman(own, other);
      case KENDALL -> RankCorrelation.kendall(own, other);
      case PEARSON -> RankCorrelation.pearson(own, other);
    };
  }
}
