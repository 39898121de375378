package org.gradcam4j.evaluation.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.evaluation.experiment.Measurement.Picture;
import org.gradcam4j.evaluation.metric.Aggregation;
import org.gradcam4j.evaluation.metric.BoxMask;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.SaliencyMap;

/**
 * Failure modes: images that the network gets wrong, with the maps of the true class and of the
 * predicted one side by side. Their figures say where the network looked: whether each map's
 * maximum lies on an annotated object.
 *
 * @param methods what is compared
 * @param protocol how maps are made and read
 */
public record Failures(List<Variant> methods, MapProtocol protocol) implements Experiment {
  /** The detail by which reports list failures: the predicted class's probability. */
  public static final String CONFIDENCE = "confidence";

  private static final String SOURCE = "Selvaraju et al., Grad-CAM, IJCV 2019, section 6.1";
  private static final Metric ERROR =
      new Metric(
          "classification-error-top1",
          Direction.LOWER,
          Unit.PERCENT,
          Aggregation.MEAN,
          "How often the class of the highest score is not annotated.",
          "ILSVRC");
  private static final Metric TRUE =
      new Metric(
          "true-class-on-object",
          Direction.NEITHER,
          Unit.PERCENT,
          Aggregation.MEAN,
          "Of misclassified images: how often the maximum of the true class's map lies in a box of"
              + " that class.",
          SOURCE);
  private static final Metric PREDICTED =
      new Metric(
          "predicted-class-on-object",
          Direction.NEITHER,
          Unit.PERCENT,
          Aggregation.MEAN,
          "Of misclassified images: how often the maximum of the wrongly predicted class's map lies"
              + " in a box of the true class: the network saw the object and named it otherwise.",
          SOURCE);

  /** Copies the list. */
  public Failures {
    methods = List.copyOf(methods);
  }

  @Override
  public String name() {
    return "failures";
  }

  @Override
  public String title() {
    return "Failure modes";
  }

  @Override
  public String description() {
    return "Images whose class of the highest score is not annotated: the maps of the true and of"
        + " the predicted class side by side.";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(ERROR, TRUE, PREDICTED);
  }

  @Override
  public List<String> variants() {
    return methods.stream().map(Variant::name).toList();
  }

  @Override
  public boolean takes(Annotation annotation) {
    return !annotation.classes().isEmpty();
  }

  /** Pictures of every misclassified image: these are what the experiment is for. */
  @Override
  public Measurement measure(Subject subject, AnnotatedImage image, Wanted wanted)
      throws IOException {
    Annotation annotation = image.annotation();
    Photo photo = image.photo();
    NetworkInput input = subject.explainer().input(photo);
    List<Prediction> predictions = subject.explainer().predict(List.of(input)).get(0);
    Prediction predicted = predictions.get(ClassChoice.highest(predictions));
    boolean right = annotation.classes().contains(subject.classes().toDataset(predicted.index()));
    List<Observation> observations = new ArrayList<>();
    observations.add(ERROR.observe("", "", right ? 0 : 100));
    List<Picture> gallery = new ArrayList<>();
    KeptMaps maps = new KeptMaps(wanted);
    int truth = annotation.classes().get(0);
    Prediction score = predictions.get(subject.classes().toNetwork(truth));
    if (!right) {
      List<Box> boxes = annotation.boxes(truth);
      gallery.add(
          new Picture(
              subject.classes().classes().get(truth),
              Marked.with(photo.toBufferedImage(), boxes, List.of())));
      List<Method> all = methods.stream().map(Variant::method).toList();
      List<Explanation> explanations =
          protocol.explain(
              subject.explainer(),
              input,
              all,
              List.of(Target.classIndex(score.index()), Target.classIndex(predicted.index())));
      for (int m = 0; m < all.size(); m++) {
        for (int t = 0; t < 2; t++) {
          Explanation explanation = explanations.get(2 * m + t);
          maps.add(methods.get(m).name(), explanation);
          if (!boxes.isEmpty()) {
            SaliencyMap map = protocol.onPhoto(explanation, photo);
            observations.add(
                (t == 0 ? TRUE : PREDICTED)
                    .observe(methods.get(m).name(), "", onObject(map, boxes)));
          }
          gallery.add(
              new Picture(
                  "%s: %s, %s"
                      .formatted(
                          methods.get(m).name(),
                          t == 0 ? "true" : "predicted",
                          explanation.target().label()),
                  Marked.with(explanation.overlay(), boxes, List.of())));
        }
      }
    }
    return new Measurement(
        observations,
        details(subject, truth, predicted, score, rank(predictions, score)),
        annotation.remarks(),
        gallery,
        maps.byName(),
        Map.of());
  }

  /** 100 if the map's maximum, the first of equals, lies in a box. */
  private static double onObject(SaliencyMap map, List<Box> boxes) {
    int[] at = map.argMax();
    boolean[] inside = BoxMask.of(map.height(), map.width(), boxes);
    return inside[at[0] * map.width() + at[1]] ? 100 : 0;
  }

  private static int rank(List<Prediction> predictions, Prediction score) {
    return 1 + (int) predictions.stream().filter(p -> p.logit() > score.logit()).count();
  }

  private static Map<String, String> details(
      Subject subject, int truth, Prediction predicted, Prediction score, int rank) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("truth", subject.classes().classes().get(truth));
    details.put("predicted", predicted.label());
    details.put(CONFIDENCE, probability(predicted));
    details.put("truth's probability", probability(score));
    details.put("truth's rank", Integer.toString(rank));
    return details;
  }

  private static String probability(Prediction prediction) {
    return String.format(Locale.ROOT, "%.3f", prediction.probability());
  }
}
