package org.gradcam4j.evaluation.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Dataset;
import org.gradcam4j.evaluation.data.Datasets;
import org.gradcam4j.evaluation.experiment.Comparisons.Basis;
import org.gradcam4j.evaluation.metric.BoxRule;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.SaliencyMap;
import org.gradcam4j.zoo.Zoo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Maps that experiments hand over, against those of the library's door. */
class KeptMapsTest {
  private static final Wanted MAPS = new Wanted(false, true, false);
  private static final List<Variant> VARIANTS =
      List.of(new Variant("cam@here", new GradCam()), new Variant("gradient", new Gradient()));
  private static final Dataset SCENES = Datasets.shapes(3, 6);
  private static Explainer explainer;
  private static Subject subject;

  @BeforeAll
  static void network() {
    explainer = Zoo.find("shapes").load(DataType.FLOAT).explainer();
    ClassMap classes = ClassMap.of(SCENES.classes(), explainer.labels(), explainer.labels().size());
    subject = new Subject(explainer, List.of(), classes);
  }

  @AfterAll
  static void close() {
    explainer.close();
  }

  private static AnnotatedImage sceneOfTwo() throws IOException {
    for (AnnotatedImage image : SCENES.images()) {
      if (image.annotation().classes().size() == 2) {
        return image;
      }
    }
    throw new AssertionError("no scene of two shapes");
  }

  private static Stream<String> names(AnnotatedImage image) throws IOException {
    return image.annotation().classes().stream().map(SCENES.classes()::get);
  }

  private static void areTheExplainers(Map<String, SaliencyMap> maps, AnnotatedImage image)
      throws IOException {
    assertThat(maps.values()).anyMatch(map -> map.max() > 0);
    Photo photo = image.photo();
    for (Map.Entry<String, SaliencyMap> map : maps.entrySet()) {
      String[] name = map.getKey().split("/");
      Variant variant =
          VARIANTS.stream().filter(v -> v.name().equals(name[0])).findFirst().orElseThrow();
      same(map.getValue(), explainer.explain(photo, variant.method(), Target.label(name[1])).map());
    }
  }

  /** Several classes together are rounded otherwise than one alone. */
  private static void same(SaliencyMap map, SaliencyMap expected) {
    assertThat(map.shape()).isEqualTo(expected.shape());
    assertThat(map.values()).hasSameSizeAs(expected.values());
    double tolerance = 1e-5 * (1 + Math.abs(expected.max()));
    for (int i = 0; i < map.values().length; i++) {
      assertThat(map.values()[i]).isCloseTo(expected.values()[i], within((float) tolerance));
    }
  }

  private static List<String> byVariant(Stream<String> classes) {
    List<String> all = classes.toList();
    return VARIANTS.stream()
        .flatMap(variant -> all.stream().map(name -> variant.name() + "/" + name))
        .toList();
  }

  private static void keepsTheAnnotated(Experiment experiment) throws IOException {
    AnnotatedImage image = sceneOfTwo();
    Map<String, SaliencyMap> maps = experiment.measure(subject, image, MAPS).maps();
    assertThat(maps).containsOnlyKeys(byVariant(names(image)));
    areTheExplainers(maps, image);
    Wanted pictures = new Wanted(true, false, true);
    assertThat(experiment.measure(subject, image, pictures).maps()).isEmpty();
  }

  @Test
  void comparisonsKeepEachAnnotatedClass() throws IOException {
    Basis basis = new Basis(VARIANTS, ClassChoice.EACH, MapProtocol.USUAL, explainer);
    keepsTheAnnotated(Comparisons.pointing(basis, 1));
  }

  @Test
  void discriminationKeepsBothClasses() throws IOException {
    keepsTheAnnotated(new Discrimination(VARIANTS, MapProtocol.USUAL));
  }

  @Test
  void localizationKeepsTheGuesses() throws IOException {
    AnnotatedImage image = sceneOfTwo();
    Map<String, SaliencyMap> maps =
        new Localization(VARIANTS, BoxRule.PAPER, MapProtocol.USUAL)
            .measure(subject, image, MAPS)
            .maps();
    assertThat(maps).hasSize(2 * 5).containsKeys(byVariant(names(image)).toArray(String[]::new));
    areTheExplainers(maps, image);
  }

  @Test
  void failuresKeepTheTrueAndThePredictedClass() throws IOException {
    // A network that knows each class by another's name fails.
    int scores = explainer.labels().size();
    List<Integer> turned = IntStream.range(0, scores).map(c -> (c + 1) % scores).boxed().toList();
    Subject failing = new Subject(explainer, List.of(), new ClassMap(SCENES.classes(), turned));
    Failures failures = new Failures(VARIANTS, MapProtocol.USUAL);
    AnnotatedImage image = SCENES.images().get(0);
    Measurement failed = failures.measure(failing, image, MAPS);
    assertThat(failed.maps())
        .containsKeys("cam@here/" + failed.details().get("predicted"))
        .hasSize(4);
    areTheExplainers(failed.maps(), image);
    assertThat(failures.measure(subject, image, MAPS).maps()).isEmpty();
  }

  @Test
  void sanityKeepsTheTrainedNetworksMapsToo() throws IOException {
    AnnotatedImage image = SCENES.images().get(0);
    Measurement measured =
        new Sanity(
                VARIANTS, List.of(new Sanity.Stage("only a/b#1", explainer)), MapProtocol.USUAL, 1)
            .measure(subject, image, MAPS);
    String predicted = measured.details().get("predicted");
    assertThat(measured.maps())
        .containsOnlyKeys(
            "cam@here/" + predicted,
            "gradient/" + predicted,
            "cam@here@only a%2Fb%231/" + predicted,
            "gradient@only a%2Fb%231/" + predicted);
    SaliencyMap expected =
        explainer.explain(image.photo(), new GradCam(), Target.topPredicted()).map();
    same(measured.maps().get("cam@here/" + predicted), expected);
    same(measured.maps().get("cam@here@only a%2Fb%231/" + predicted), expected);
  }

  @Test
  void classesOfTheSameLabelAreTold() {
    KeptMaps maps = new KeptMaps(MAPS);
    List<Prediction> crane =
        Stream.of("crane", "100 %", "crane", "crane#0")
            .map(label -> new Prediction(0, label, 0, 0))
            .toList();
    for (int c = 0; c < crane.size(); c++) {
      maps.add("rise", explanation(crane, c));
    }
    assertThat(maps.byName())
        .containsOnlyKeys("rise/crane#0", "rise/100 %25", "rise/crane#2", "rise/crane%230");
  }

  private static Explanation explanation(List<Prediction> predictions, int index) {
    return new Explanation(
        null,
        predictions,
        new Prediction(index, predictions.get(index).label(), 0, 0),
        null,
        new SaliencyMap(1, 1, 1, new float[] {index}),
        null,
        null);
  }
}
