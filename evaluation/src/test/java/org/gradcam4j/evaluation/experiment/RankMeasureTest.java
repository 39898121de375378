package org.gradcam4j.evaluation.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.evaluation.experiment.Colours.BLUE;
import static org.gradcam4j.evaluation.experiment.Colours.RED;
import static org.gradcam4j.evaluation.experiment.Colours.SIDE;
import static org.gradcam4j.evaluation.experiment.Colours.annotation;
import static org.gradcam4j.evaluation.experiment.Colours.box;
import static org.gradcam4j.evaluation.experiment.Colours.object;
import static org.gradcam4j.evaluation.experiment.Colours.photo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.evaluation.experiment.Colours.Patch;
import org.gradcam4j.evaluation.experiment.Comparisons.Basis;
import org.gradcam4j.evaluation.experiment.RankMeasure.Grid;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.evaluation.metric.RankCorrelation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.Fill;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Occlusion;
import org.junit.jupiter.api.Test;

/** Rank correlation by one protocol and by many. */
class RankMeasureTest extends OnColours {
  private static final Box LEFT = box(1, 2, 4, 3);
  private static final Box RIGHT = box(7, 4, 10, 9);
  private static final Photo PHOTO = photo(new Patch(RED, 200, LEFT), new Patch(BLUE, 90, RIGHT));
  private static final Upsampling BILINEAR = Upsampling.HALF_PIXEL_BILINEAR;
  private static final Occlusion RUN = new Occlusion(4, 2);

  private static Experiment faithfulness(
      ClassChoice classes, Occlusion occlusion, Grid grid, boolean sensitivity) {
    Variant variant = new Variant("grad-cam", new GradCam());
    Basis basis = new Basis(List.of(variant), classes, MapProtocol.USUAL, explainer);
    return Comparisons.faithfulness(basis, occlusion, grid, sensitivity);
  }

  /** The figures of a red and a blue object: a list a metric. */
  private static Map<String, List<Double>> figures(Experiment experiment) throws IOException {
    Annotation annotation = annotation(object(RED, LEFT), object(BLUE, RIGHT));
    Measurement measurement =
        experiment.measure(
            Colours.subject(explainer, "red", "green", "blue"),
            Colours.image(PHOTO, annotation),
            new Wanted(false, false, false));
    return measurement.observations().stream()
        .collect(
            Collectors.groupingBy(
                Observation::metric,
                Collectors.mapping(observation -> observation.values()[0], Collectors.toList())));
  }

  private static float[] map(Method method, int target) {
    return explainer.explain(PHOTO, method, Target.classIndex(target)).upsampled(BILINEAR);
  }

  private static double spearman(Occlusion occlusion, int target) {
    return RankCorrelation.spearman(map(new GradCam(), target), map(occlusion, target));
  }

  private static List<Double> ofBoth(Occlusion occlusion) {
    return List.of(spearman(occlusion, RED), spearman(occlusion, BLUE));
  }

  private static List<String> names(Experiment experiment) {
    return experiment.metrics().stream().map(Metric::name).toList();
  }

  @Test
  void aFigureAProtocol() throws IOException {
    Experiment experiment = faithfulness(ClassChoice.EACH, RUN, Grid.INPUT, true);
    assertThat(names(experiment))
        .containsExactly(
            "rank-correlation",
            "rank-correlation-patch-3",
            "rank-correlation-patch-6",
            "rank-correlation-stride-1",
            "rank-correlation-no-padding",
            "rank-correlation-grey-fill",
            "rank-correlation-blurred-fill",
            "rank-correlation-occlusion-grid",
            "rank-correlation-first-class",
            "kendall-correlation",
            "pearson-correlation");
    Map<String, List<Double>> figures = figures(experiment);
    assertThat(figures).containsOnlyKeys(names(experiment));
    int centred = Occlusion.CENTRED;
    assertThat(figures)
        .containsEntry("rank-correlation", ofBoth(RUN))
        .containsEntry("rank-correlation-patch-3", ofBoth(new Occlusion(3, 2)))
        .containsEntry("rank-correlation-patch-6", ofBoth(new Occlusion(6, 2)))
        .containsEntry("rank-correlation-stride-1", ofBoth(new Occlusion(4, 1)))
        .containsEntry("rank-correlation-no-padding", ofBoth(new Occlusion(4, 2, 0, Fill.mean())))
        .containsEntry(
            "rank-correlation-grey-fill", ofBoth(new Occlusion(4, 2, centred, Fill.grey())))
        .containsEntry(
            "rank-correlation-blurred-fill", ofBoth(new Occlusion(4, 2, centred, Fill.blur(10))))
        .containsEntry("rank-correlation-first-class", List.of(spearman(RUN, RED)))
        .containsEntry(
            "kendall-correlation",
            List.of(
                RankCorrelation.kendall(map(new GradCam(), RED), map(RUN, RED)),
                RankCorrelation.kendall(map(new GradCam(), BLUE), map(RUN, BLUE))))
        .containsEntry(
            "pearson-correlation",
            List.of(
                RankCorrelation.pearson(map(new GradCam(), RED), map(RUN, RED)),
                RankCorrelation.pearson(map(new GradCam(), BLUE), map(RUN, BLUE))));
    // A protocol that moved nothing would prove nothing.
    assertThat(figures.values().stream().distinct()).hasSize(11);
  }

  @Test
  void onOcclusionsGridMapsAreMeansOverItsCells() throws IOException {
    Map<String, List<Double>> figures =
        figures(faithfulness(ClassChoice.FIRST, RUN, Grid.OCCLUSION, true));
    float[] own = map(new GradCam(), RED);
    float[] means = new float[SIDE * SIDE / 4];
    for (int i = 0; i < own.length; i++) {
      means[i / SIDE / 2 * (SIDE / 2) + i % SIDE / 2] += own[i] / 4;
    }
    float[] places = explainer.explain(PHOTO, RUN, Target.classIndex(RED)).map().values();
    double expected = RankCorrelation.spearman(means, places);
    assertThat(figures).containsEntry("rank-correlation", List.of(expected));
    assertThat(figures)
        .containsEntry("rank-correlation-input-grid", List.of(spearman(RUN, RED)))
        .doesNotContainKeys("rank-correlation-first-class", "rank-correlation-occlusion-grid");
    assertThat(expected).isNotEqualTo(spearman(RUN, RED));
  }

  @Test
  void protocolsThatAreTheRunsOwnAreLeftOut() {
    Occlusion finest = new Occlusion(1, 1, 0, Fill.grey());
    assertThat(names(faithfulness(ClassChoice.FIRST, finest, Grid.INPUT, true)))
        .containsExactly(
            "rank-correlation",
            "rank-correlation-patch-2",
            "rank-correlation-mean-fill",
            "rank-correlation-blurred-fill",
            "rank-correlation-occlusion-grid",
            "kendall-correlation",
            "pearson-correlation");
    assertThat(names(faithfulness(ClassChoice.EACH, RUN, Grid.INPUT, false)))
        .containsExactly("rank-correlation");
  }

  @Test
  void occlusionIsNotComparedWithItself() throws IOException {
    List<Variant> both =
        List.of(new Variant("grad-cam", new GradCam()), new Variant("occlusion", RUN));
    Basis basis = new Basis(both, ClassChoice.FIRST, MapProtocol.USUAL, explainer);
    Experiment experiment = Comparisons.faithfulness(basis, RUN, Grid.INPUT, false);
    assertThat(figures(experiment).get("rank-correlation")).containsExactly(spearman(RUN, RED));
    assertThat(experiment.notes())
        .containsExactly(
            "occlusion is what maps are compared with: it has no rank correlation with itself.");
  }

  @Test
  void settingsAreInWords() {
    JsonNode measures =
        new ObjectMapper()
            .valueToTree(faithfulness(ClassChoice.EACH, RUN, Grid.INPUT, true))
            .get("measures");
    assertThat(measures.get(0).get("padding").asText()).isEqualTo("centred");
    assertThat(measures.get(0).get("fill").asText()).isEqualTo("mean");
    assertThat(measures.get(4).get("padding").asText()).isEqualTo("0");
    assertThat(measures.get(5).get("fill").asText()).isEqualTo("grey");
    assertThat(measures.get(6).get("fill").asText()).isEqualTo("blur of 10.0 pixels");
  }
}
