package org.gradcam4j.evaluation.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.evaluation.experiment.Measurement.Picture;
import org.gradcam4j.evaluation.metric.BoxRule;
import org.gradcam4j.evaluation.metric.LocalizationError;
import org.gradcam4j.evaluation.metric.LocalizationError.Guess;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.Method;

/**
 * Weakly supervised localization, the paper's table 1: a box round the largest segment of the map
 * of each of the five classes of the highest scores, judged by the rule of ILSVRC.
 *
 * @param methods what is compared
 * @param box how a map becomes a box
 * @param protocol how maps are made and read
 */
public record Localization(List<Variant> methods, BoxRule box, MapProtocol protocol)
    implements Experiment {
  private static final int GUESSES = 5;
  private static final String ILSVRC = "ILSVRC-15 val, 50,000 images";
  private static final String SOURCE =
      "Selvaraju et al., Grad-CAM, IJCV 2019 (arXiv 1610.02391), table 1";

  /** Copies the list. */
  public Localization {
    methods = List.copyOf(methods);
  }

  @Override
  public String name() {
    return "localization";
  }

  @Override
  public String title() {
    return "Weakly supervised localization";
  }

  @Override
  public String description() {
    return "For each of the five classes of the highest scores the map is brought to the photo's"
        + " size, thresholded at a share of its maximum, and boxed round its largest segment. A"
        + " guess is right if its class is annotated and its box has an intersection over union of"
        + " at least 0.5 with a box of that class; an image counts as an error if none of its first"
        + " guess, or its first five, is right.";
  }

  @Override
  public List<Metric> metrics() {
    return LocalizationError.METRICS;
  }

  @Override
  public List<String> variants() {
    return methods.stream().map(Variant::name).toList();
  }

  @Override
  public List<Published> published() {
    return Stream.of(
            row("VGG-16", "grad-cam", 30.38, 10.89, 56.51, 46.41),
            row("VGG-16", "gradient", 30.38, 10.89, 61.12, 51.46),
            row("VGG-16", "c-mwp", 30.38, 10.89, 70.92, 63.04),
            row("VGG-16 retrained", "cam", 33.40, 12.20, 57.20, 45.14),
            row("AlexNet", "grad-cam", 44.2, 20.8, 68.3, 56.6),
            row("GoogLeNet", "grad-cam", 31.9, 11.3, 60.09, 49.34))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  private static List<Published> row(
      String network, String method, double class1, double class5, double box1, double box5) {
    String setting = network + ", " + ILSVRC;
    return List.of(
        new Published(LocalizationError.TOP1.name(), method, setting, box1, SOURCE),
        new Published(LocalizationError.TOP5.name(), method, setting, box5, SOURCE),
        new Published(LocalizationError.CLASSIFICATION_TOP1.name(), "", setting, class1, SOURCE),
        new Published(LocalizationError.CLASSIFICATION_TOP5.name(), "", setting, class5, SOURCE));
  }

  @Override
  public boolean takes(Annotation annotation) {
    return !annotation.classes().isEmpty();
  }

  @Override
  public Measurement measure(Subject subject, AnnotatedImage image, Wanted wanted)
      throws IOException {
    Annotation annotation = image.annotation();
    Photo photo = image.photo();
    NetworkInput input = subject.explainer().input(photo);
    List<Method> all = methods.stream().map(Variant::method).toList();
    List<Explanation> explanations =
        protocol.explain(subject.explainer(), input, all, List.of(Target.top(GUESSES)));
    int guesses = explanations.size() / all.size();
    List<Observation> observations = new ArrayList<>();
    List<Picture> gallery = new ArrayList<>();
    KeptMaps maps = new KeptMaps(wanted);
    if (wanted.pictures()) {
      gallery.add(
          new Picture(
              "annotated", Marked.with(photo.toBufferedImage(), annotation.boxes(), List.of())));
    }
    for (int m = 0; m < all.size(); m++) {
      List<Explanation> own = explanations.subList(m * guesses, (m + 1) * guesses);
      List<Guess> boxes = new ArrayList<>();
      for (Explanation explanation : own) {
        boxes.add(
            new Guess(
                subject.classes().toDataset(explanation.target().index()),
                box.box(protocol.onPhoto(explanation, photo))));
        maps.add(methods.get(m).name(), explanation);
      }
      if (m == 0) {
        observations.addAll(LocalizationError.classification(boxes, annotation.classes()));
      }
      // Images whose boxes are known to be bad count for classification alone.
      if (!annotation.blacklisted() && !annotation.objects().isEmpty()) {
        observations.addAll(
            LocalizationError.localization(methods.get(m).name(), boxes, annotation::boxes));
      }
      if (wanted.pictures()) {
        gallery.add(picture(methods.get(m), own.get(0), annotation, boxes.get(0)));
      }
    }
    return new Measurement(
        observations,
        details(subject, annotation, explanations.get(0).predictions()),
        annotation.remarks(),
        gallery,
        maps.byName(),
        Map.of());
  }

  private static Picture picture(
      Variant variant, Explanation explanation, Annotation annotation, Guess guess) {
    return new Picture(
        variant.name() + ": " + explanation.target().label(),
        Marked.with(explanation.overlay(), annotation.boxes(), guess.box().stream().toList()));
  }

  private static Map<String, String> details(
      Subject subject, Annotation annotation, List<Prediction> predictions) {
    Prediction best = predictions.get(ClassChoice.highest(predictions));
    Map<String, String> details = new LinkedHashMap<>();
    details.put("truth", subject.classes().names(annotation.classes()));
    details.put("predicted", best.label());
    details.put("probability", String.format(Locale.ROOT, "%.3f", best.probability()));
    return details;
  }
}
