package org.gradcam4j.evaluation.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.gradcam4j.evaluation.experiment.Colours.BLUE;
import static org.gradcam4j.evaluation.experiment.Colours.RED;
import static org.gradcam4j.evaluation.experiment.Colours.annotation;
import static org.gradcam4j.evaluation.experiment.Colours.box;
import static org.gradcam4j.evaluation.experiment.Colours.image;
import static org.gradcam4j.evaluation.experiment.Colours.photo;

import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.evaluation.experiment.Colours.Patch;
import org.gradcam4j.evaluation.experiment.Measurement.Picture;
import org.gradcam4j.evaluation.experiment.Sanity.Stage;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Gradient;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** Maps of changed networks beside those of the trained one. */
class SanityTest {
  /** Red is predicted. */
  private static final Photo PHOTO =
      photo(new Patch(RED, 255, box(0, 0, 4, 4)), new Patch(BLUE, 200, box(5, 5, 7, 6)));

  private static final List<Variant> METHODS =
      List.of(new Variant("grad-cam", new GradCam()), new Variant("gradient", new Gradient()));

  private static Sanity sanity(List<Variant> methods, Stage... stages) {
    return new Sanity(methods, List.of(stages), MapProtocol.USUAL, 1);
  }

  private static Measurement measure(Sanity sanity, boolean pictures) throws IOException {
    try (Explainer trained = Colours.explainer(Colours.graph())) {
      Subject subject = Colours.subject(trained, "red", "green", "blue");
      return sanity.measure(
          subject, image(PHOTO, annotation()), new Wanted(pictures, false, pictures));
    }
  }

  @Test
  void whereNothingIsRandomMapsAreTheSame() throws IOException {
    try (Explainer same = Colours.explainer(Colours.graph())) {
      // The gradient of this network is the same at every pixel: ranks of it are undefined.
      Sanity sanity = sanity(METHODS.subList(0, 1), new Stage("none", same));
      List<Observation> observations = measure(sanity, false).observations();
      assertThat(observations).hasSameSizeAs(sanity.metrics());
      for (Observation observation : observations) {
        assertThat(observation.variant()).isEqualTo("grad-cam@none");
        assertThat(observation.values()[0]).as(observation.metric()).isCloseTo(1, within(1e-6));
      }
    }
  }

  @Test
  void theClassIsTheOneThatTheTrainedNetworkPredicts() throws IOException {
    ComputationGraph swapped = Colours.graph();
    // Red's weights are blue's and the other way round: its own prediction has the same map.
    swapped
        .getLayer("scores")
        .getParam("W")
        .assign(Nd4j.createFromArray(new float[][] {{0, 0, 20}, {0, 20, 0}, {20, 0, 0}}));
    try (Explainer changed = Colours.explainer(swapped)) {
      Sanity sanity = sanity(METHODS.subList(0, 1), new Stage("swapped", changed));
      assertThat(measure(sanity, false).observations())
          .isNotEmpty()
          .allSatisfy(o -> assertThat(o.values()[0]).as(o.metric()).isLessThan(0.5));
    }
  }

  @Test
  void stagesStandInTheirOrderUnderEachMethod() throws IOException {
    ComputationGraph random = Colours.graph();
    RandomWeights.draw(random, List.of("colours", "scores"), 4);
    try (Explainer first = Colours.explainer(Colours.graph());
        Explainer second = Colours.explainer(random)) {
      Sanity sanity = sanity(METHODS, new Stage("b", first), new Stage("a", second));
      assertThat(sanity.variants())
          .containsExactly("grad-cam@b", "grad-cam@a", "gradient@b", "gradient@a");
      Measurement measurement = measure(sanity, true);
      assertThat(measurement.observations().stream().map(Observation::variant).distinct())
          .containsExactlyInAnyOrderElementsOf(sanity.variants());
      assertThat(measurement.pictures())
          .extracting(Picture::caption)
          .startsWith("annotated", "grad-cam, trained", "gradient, trained")
          .contains("grad-cam@b", "gradient@a");
      assertThat(measurement.details()).containsEntry("predicted", "red");
    }
  }
}
