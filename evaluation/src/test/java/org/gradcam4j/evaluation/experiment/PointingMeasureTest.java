package org.gradcam4j.evaluation.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.evaluation.experiment.Colours.BLUE;
import static org.gradcam4j.evaluation.experiment.Colours.RED;
import static org.gradcam4j.evaluation.experiment.Colours.annotation;
import static org.gradcam4j.evaluation.experiment.Colours.box;
import static org.gradcam4j.evaluation.experiment.Colours.image;
import static org.gradcam4j.evaluation.experiment.Colours.object;
import static org.gradcam4j.evaluation.experiment.Colours.photo;

import java.io.IOException;
import java.util.List;
import org.gradcam4j.Explainer;
import org.gradcam4j.evaluation.data.AnnotatedObject;
import org.gradcam4j.evaluation.experiment.Colours.Patch;
import org.gradcam4j.evaluation.experiment.Comparisons.Basis;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.GradCam;
import org.junit.jupiter.api.Test;

/** The pointing game by TorchRay's rule, with a tolerance of less than a pixel. */
class PointingMeasureTest {
  private static final Box POINTED_AT = box(2, 2, 3, 3);
  private static final Box ELSEWHERE = box(8, 8, 9, 9);

  private static AnnotatedObject difficult(int datasetClass, Box box) {
    return new AnnotatedObject(datasetClass, box, true);
  }

  private static List<Observation> observed(AnnotatedObject... objects) throws IOException {
    try (Explainer explainer = Colours.explainer(Colours.graph())) {
      Basis basis =
          new Basis(
              List.of(new Variant("grad-cam", new GradCam())),
              ClassChoice.EACH,
              MapProtocol.USUAL,
              explainer);
      return Comparisons.pointing(basis, 0.05)
          .measure(
              Colours.subject(explainer, "red", "green", "blue"),
              image(photo(new Patch(RED, 200, POINTED_AT)), annotation(objects)),
              new Wanted(false, false, false))
          .observations();
    }
  }

  private static Observation hit(String metric, double percent) {
    return new Observation(metric, "grad-cam", "red", percent);
  }

  @Test
  void theMaximumHitsABoxOrNone() throws IOException {
    assertThat(observed(object(RED, ELSEWHERE), object(RED, POINTED_AT)))
        .containsExactly(hit("pointing-game", 100));
    assertThat(observed(object(RED, ELSEWHERE))).containsExactly(hit("pointing-game", 0));
  }

  @Test
  void difficultObjectsCountBesideOthers() throws IOException {
    assertThat(observed(object(RED, ELSEWHERE), difficult(RED, POINTED_AT)))
        .containsExactly(hit("pointing-game", 100));
  }

  @Test
  void aClassOfDifficultObjectsAloneIsLeftOut() throws IOException {
    assertThat(observed(difficult(RED, POINTED_AT), difficult(RED, ELSEWHERE))).isEmpty();
    assertThat(observed(object(RED, POINTED_AT), difficult(BLUE, ELSEWHERE)))
        .containsExactly(hit("pointing-game", 100), hit("pointing-game-difficult", 100));
  }
}
