package org.gradcam4j.evaluation.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.evaluation.experiment.Colours.BLUE;
import static org.gradcam4j.evaluation.experiment.Colours.GREEN;
import static org.gradcam4j.evaluation.experiment.Colours.RED;
import static org.gradcam4j.evaluation.experiment.Colours.annotation;
import static org.gradcam4j.evaluation.experiment.Colours.box;
import static org.gradcam4j.evaluation.experiment.Colours.image;
import static org.gradcam4j.evaluation.experiment.Colours.object;
import static org.gradcam4j.evaluation.experiment.Colours.photo;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import org.assertj.core.data.Offset;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.evaluation.experiment.Colours.Patch;
import org.gradcam4j.evaluation.experiment.Comparisons.Basis;
import org.gradcam4j.evaluation.experiment.MapComparison.Gallery;
import org.gradcam4j.evaluation.experiment.Measurement.Picture;
import org.gradcam4j.evaluation.metric.Aggregation;
import org.gradcam4j.evaluation.metric.BoxRule;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.Cam;
import org.gradcam4j.method.Counterfactual;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Occlusion;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;

/** Which maps, classes and boxes measures are given. */
class MapComparisonTest extends OnColours {
  private static final Box LEFT = box(0, 2, 2, 3);
  private static final Box RIGHT = box(5, 4, 7, 7);

  /** Red on the left; blue on the right, and predicted. */
  private static final Photo PHOTO = photo(new Patch(RED, 255, LEFT), new Patch(BLUE, 255, RIGHT));

  private static final Variant GRAD_CAM = new Variant("grad-cam", new GradCam());
  private static final Variant AGAINST = new Variant("against", new Counterfactual());
  private static final Variant CAM = new Variant("cam", new Cam());

  private static final Metric ENERGY =
      new Metric("energy", Direction.HIGHER, Unit.NUMBER, Aggregation.MEAN, "A test's.", "None");

  /** The map's share in the class's boxes, grouped by the class's name. */
  private record Inside(Method reference) implements Measure {
    @Override
    public List<Metric> metrics() {
      return List.of(ENERGY);
    }

    @Override
    public List<Method> references() {
      return List.of(reference);
    }

    @Override
    public List<Observation> observe(ImageClass shown, Variant variant, MeasuredMap map) {
      assertThat(map).isSameAs(shown.maps().get(variant.method()));
      assertThat(shown.maps()).containsKey(reference);
      assertThat(Colours.NAMES.get(shown.networkClass())).isEqualTo(shown.className());
      float[] values = map.onPhoto().values();
      double inside = 0;
      double all = 0;
      for (int i = 0; i < values.length; i++) {
        double x = i % Colours.SIDE;
        double y = i / Colours.SIDE;
        all += values[i];
        for (Box box : shown.annotation().boxes(shown.datasetClass())) {
          if (x >= box.xMin() && x <= box.xMax() && y >= box.yMin() && y <= box.yMax()) {
            inside += values[i];
          }
        }
      }
      return List.of(
          ENERGY.observe(variant.name(), shown.className(), all == 0 ? Double.NaN : inside / all));
    }
  }

  private static MapComparison comparison(ClassChoice classes, Variant... variants) {
    return new MapComparison(
        "test",
        "Test",
        "",
        List.of(variants),
        List.of(new Inside(new Occlusion(2, 2))),
        classes,
        MapProtocol.USUAL,
        Gallery.EACH,
        List.of(),
        List.of());
  }

  private static Measurement measure(
      MapComparison comparison, Annotation annotation, boolean pictures, String... classes)
      throws IOException {
    return comparison.measure(
        Colours.subject(explainer, classes),
        image(PHOTO, annotation),
        new Wanted(pictures, false, pictures));
  }

  private static List<String> classesOf(ClassChoice choice, Annotation annotation)
      throws IOException {
    return measure(comparison(choice, GRAD_CAM), annotation, false, "red", "green", "blue")
        .observations()
        .stream()
        .map(Observation::group)
        .toList();
  }

  @Test
  void eachClassHasItsOwnMapAndBoxes() throws IOException {
    // The data set counts its classes the other way round.
    Measurement measurement =
        measure(
            comparison(ClassChoice.EACH, GRAD_CAM, AGAINST),
            annotation(object(2, LEFT), object(0, RIGHT), object(1, LEFT)),
            false,
            "blue",
            "green",
            "red");
    assertThat(measurement.observations())
        .containsExactly(
            ENERGY.observe("grad-cam", "red", 1),
            ENERGY.observe("against", "red", Double.NaN),
            ENERGY.observe("grad-cam", "blue", 1),
            ENERGY.observe("against", "blue", Double.NaN),
            ENERGY.observe("grad-cam", "green", Double.NaN),
            ENERGY.observe("against", "green", Double.NaN));
    assertThat(measurement.details())
        .containsEntry("classes", "red, blue, green")
        .containsEntry("predicted", "blue");
  }

  @Test
  void aMapBesideTheBoxIsMeasuredThere() throws IOException {
    Measurement measurement =
        measure(
            comparison(ClassChoice.EACH, GRAD_CAM),
            annotation(object(RED, RIGHT)),
            false,
            "red",
            "green",
            "blue");
    assertThat(measurement.observations()).containsExactly(ENERGY.observe("grad-cam", "red", 0));
  }

  @Test
  void classesAreThoseOfTheChoice() throws IOException {
    Annotation annotation = annotation(object(GREEN, LEFT), object(RED, LEFT));
    assertThat(classesOf(ClassChoice.EACH, annotation)).containsExactly("green", "red");
    assertThat(classesOf(ClassChoice.FIRST, annotation)).containsExactly("green");
    assertThat(classesOf(ClassChoice.PREDICTED, annotation)).containsExactly("blue");
    assertThat(classesOf(ClassChoice.EACH, annotation())).isEmpty();
  }

  @Test
  void costsAndPicturesAreOfTheVariantsWhereTheyAreAskedFor() throws IOException {
    MapComparison comparison = comparison(ClassChoice.EACH, GRAD_CAM, CAM);
    Annotation annotation = annotation(object(RED, LEFT), object(BLUE, RIGHT));
    Measurement without = measure(comparison, annotation, false, "red", "green", "blue");
    assertThat(without.milliseconds()).isEmpty();
    assertThat(without.pictures()).isEmpty();
    Measurement with = measure(comparison, annotation, true, "red", "green", "blue");
    assertThat(with.milliseconds()).containsOnlyKeys("grad-cam", "cam");
    assertThat(with.milliseconds().values()).allMatch(time -> time > 0);
    assertThat(with.pictures())
        .extracting(Picture::caption)
        .containsExactly("red", "grad-cam", "cam");
    assertThat(with.observations()).isEqualTo(without.observations());
  }

  @Test
  void aSheetHasMethodsWithAndWithoutALayer() throws IOException {
    Variant atLayer = new Variant("grad-cam@colours", new GradCam("colours"));
    for (List<Variant> variants : List.of(List.of(GRAD_CAM), List.of(atLayer, CAM))) {
      Basis basis = new Basis(variants, ClassChoice.EACH, MapProtocol.USUAL, explainer);
      Measurement measurement =
          Comparisons.layers(basis, BoxRule.PAPER, 1, new Occlusion(2, 2))
              .measure(
                  Colours.subject(explainer, "red", "green", "blue"),
                  image(PHOTO, annotation(object(RED, LEFT))),
                  new Wanted(true, false, false));
      Picture sheet = measurement.pictures().get(0);
      assertThat(measurement.pictures()).hasSize(1);
      // Where a map is zero, its overlay on black is the dark blue of the colours' low end.
      assertThat(darkBlue(sheet.image()))
          .as(variants.toString())
          .isGreaterThan(variants.size() * 160 * 160 / 2);
    }
  }

  private static int darkBlue(BufferedImage image) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y) & 0xFFFFFF;
        count += rgb >= 0x20 && rgb <= 0x90 ? 1 : 0;
      }
    }
    return count;
  }

  private static List<String> notes(Variant... variants) {
    Basis basis = new Basis(List.of(variants), ClassChoice.EACH, MapProtocol.USUAL, explainer);
    return Comparisons.pointing(basis, 1).notes();
  }

  @Test
  void methodsThatMustCoincideAreTold() throws IOException {
    Variant gradient = new Variant("gradient", new Gradient());
    assertThat(notes(GRAD_CAM, gradient)).isEmpty();
    // At the input it is another layer than CAM's.
    assertThat(notes(CAM, new Variant("grad-cam@in", new GradCam("in")))).isEmpty();
    assertThat(notes(GRAD_CAM, gradient, CAM))
        .singleElement()
        .asString()
        .startsWith("grad-cam, cam give the same map at 'colours' by construction");
    // And they do, up to scale.
    SaliencyMap one = map(new GradCam());
    SaliencyMap other = map(new Cam());
    float scale = other.values()[2 * Colours.SIDE] / one.values()[2 * Colours.SIDE];
    for (int i = 0; i < one.values().length; i++) {
      assertThat(other.values()[i]).isCloseTo(one.values()[i] * scale, offset());
    }
  }

  private static Offset<Float> offset() {
    return Offset.offset(1e-4f);
  }

  private static SaliencyMap map(Method method) {
    return explainer.explain(PHOTO, method, Target.classIndex(RED)).map();
  }
}
