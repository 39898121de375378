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
import java.util.Locale;
import java.util.Map;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.evaluation.experiment.Colours.Patch;
import org.gradcam4j.evaluation.experiment.Measurement.Picture;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.GradCam;
import org.junit.jupiter.api.Test;

/** Misclassified images, of colours whose maps are known. */
class FailuresTest extends OnColours {
  private static final Box SMALL = box(1, 1, 2, 2);
  private static final Box LARGE = box(4, 3, 7, 7);
  private static final Failures FAILURES =
      new Failures(List.of(new Variant("grad-cam", new GradCam())), MapProtocol.USUAL);

  private static Measurement measure(Photo photo, Annotation annotation, String... classes)
      throws IOException {
    return FAILURES.measure(
        Colours.subject(explainer, classes),
        image(photo, annotation),
        new Wanted(false, false, false));
  }

  private static double value(Measurement measurement, String metric) {
    List<Observation> found =
        measurement.observations().stream().filter(o -> o.metric().equals(metric)).toList();
    assertThat(found).as(metric).hasSize(1);
    return found.get(0).values()[0];
  }

  @Test
  void anImageWithoutAClassTakesNoPart() {
    assertThat(FAILURES.takes(annotation())).isFalse();
    assertThat(FAILURES.takes(annotation(object(RED, SMALL)))).isTrue();
  }

  @Test
  void anImageThatIsRightIsCountedAndNotShown() throws IOException {
    Photo photo = photo(new Patch(RED, 255, SMALL), new Patch(BLUE, 255, LARGE));
    // The predicted class is the second that is annotated: right all the same.
    Measurement measurement =
        measure(
            photo,
            annotation(object(RED, SMALL), object(BLUE, LARGE)),
            Colours.NAMES.toArray(String[]::new));
    assertThat(measurement.observations()).hasSize(1);
    assertThat(value(measurement, "classification-error-top1")).isZero();
    assertThat(measurement.pictures()).isEmpty();
  }

  @Test
  void theTrueClassIsFoundAndThePredictedOneElsewhere() throws IOException {
    Photo photo = photo(new Patch(RED, 255, SMALL), new Patch(BLUE, 255, LARGE));
    // The data set counts its classes the other way round.
    Measurement measurement = measure(photo, annotation(object(2, SMALL)), "blue", "green", "red");
    assertThat(value(measurement, "classification-error-top1")).isEqualTo(100);
    assertThat(value(measurement, "true-class-on-object")).isEqualTo(100);
    assertThat(value(measurement, "predicted-class-on-object")).isZero();
    assertThat(measurement.pictures())
        .extracting(Picture::caption)
        .containsExactly("red", "grad-cam: true, red", "grad-cam: predicted, blue");
  }

  @Test
  void anObjectThatWasNamedOtherwiseIsSeen() throws IOException {
    // Blue shines most inside red's box, red outside.
    Photo photo =
        photo(
            new Patch(BLUE, 200, LARGE),
            new Patch(BLUE, 255, SMALL),
            new Patch(RED, 255, box(0, 7, 0, 7)));
    Measurement measurement =
        measure(photo, annotation(object(RED, SMALL)), Colours.NAMES.toArray(String[]::new));
    assertThat(value(measurement, "true-class-on-object")).isZero();
    assertThat(value(measurement, "predicted-class-on-object")).isEqualTo(100);
  }

  @Test
  void confidenceAndRankAreTheScores() throws IOException {
    Photo photo = photo(new Patch(RED, 255, SMALL), new Patch(BLUE, 255, LARGE));
    Map<String, String> details =
        measure(photo, annotation(object(RED, SMALL)), Colours.NAMES.toArray(String[]::new))
            .details();
    double cells = Colours.SIDE * Colours.SIDE;
    double red = Math.exp(Colours.GAIN * 4 / cells);
    double blue = Math.exp(Colours.GAIN * 20 / cells);
    // Green's score is 0.
    double sum = red + blue + 1;
    assertThat(details)
        .containsEntry("truth", "red")
        .containsEntry("predicted", "blue")
        .containsEntry("confidence", String.format(Locale.ROOT, "%.3f", blue / sum))
        .containsEntry("truth's probability", String.format(Locale.ROOT, "%.3f", red / sum))
        .containsEntry("truth's rank", "2");
  }
}
