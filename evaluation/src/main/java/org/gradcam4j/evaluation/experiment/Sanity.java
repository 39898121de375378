package org.gradcam4j.evaluation.experiment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.evaluation.experiment.Measurement.Picture;
import org.gradcam4j.evaluation.metric.MapSimilarity;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.Method;

/**
 * The randomisation checks of Adebayo et al.: what is left of a map when weights are replaced by
 * random ones? A method whose maps stay the same does not show what the network has learned.
 *
 * <p>The class is the one that the trained network predicts, for all networks.
 *
 * @param methods what is compared
 * @param stages the networks with random weights, in the order of tables
 * @param protocol how maps are made and read
 * @param seed of the random weights
 */
public record Sanity(List<Variant> methods, List<Stage> stages, MapProtocol protocol, long seed)
    implements Experiment {
  /**
   * A network with random weights.
   *
   * @param name {@code cascading 3 conv5_3}: which layers, the deepest first
   * @param explainer explains it
   */
  public record Stage(String name, @JsonIgnore Explainer explainer) {}

  /** Copies the lists. */
  public Sanity {
    methods = List.copyOf(methods);
    stages = List.copyOf(stages);
  }

  @Override
  public String name() {
    return "sanity";
  }

  @Override
  public String title() {
    return "Sanity checks: random weights";
  }

  @Override
  public String description() {
    return "Weights are replaced by normal random numbers of the same mean and deviation, from the"
        + " scores downwards (cascading) and one layer at a time (independent). Figures compare each"
        + " network's map of the class that the trained one predicts with the trained one's: the"
        + " nearer to 0, the more a method depends on what was learned.";
  }

  @Override
  public List<Metric> metrics() {
    return MapSimilarity.METRICS;
  }

  @Override
  public List<String> variants() {
    return methods.stream()
        .flatMap(method -> stages.stream().map(stage -> variant(method, stage)))
        .toList();
  }

  private static String variant(Variant method, Stage stage) {
    return method.name() + Variant.AT + stage.name();
  }

  @Override
  public Measurement measure(Subject subject, AnnotatedImage image, Wanted wanted)
      throws IOException {
    Annotation annotation = image.annotation();
    Photo photo = image.photo();
    NetworkInput input = subject.explainer().input(photo);
    List<Method> all = methods.stream().map(Variant::method).toList();
    List<Explanation> trained =
        protocol.explain(subject.explainer(), input, all, List.of(Target.topPredicted()));
    Prediction predicted = trained.get(0).target();
    List<Observation> observations = new ArrayList<>();
    List<Picture> gallery = new ArrayList<>();
    KeptMaps maps = new KeptMaps(wanted);
    if (wanted.pictures()) {
      gallery.add(
          new Picture(
              "annotated", Marked.with(photo.toBufferedImage(), annotation.boxes(), List.of())));
      trained.forEach(e -> gallery.add(new Picture(e.method().name() + ", trained", e.picture())));
    }
    for (int m = 0; m < all.size(); m++) {
      maps.add(methods.get(m).name(), trained.get(m));
    }
    for (Stage stage : stages) {
      List<Explanation> random =
          protocol.explain(
              stage.explainer(), input, all, List.of(Target.classIndex(predicted.index())));
      for (int m = 0; m < all.size(); m++) {
        String variant = variant(methods.get(m), stage);
        maps.add(variant, random.get(m));
        observations.add(MapSimilarity.signed(variant, trained.get(m).map(), random.get(m).map()));
        observations.addAll(
            MapSimilarity.ofMagnitudes(
                variant, protocol.onInput(trained.get(m)), protocol.onInput(random.get(m))));
        if (wanted.pictures()) {
          gallery.add(new Picture(variant, random.get(m).picture()));
        }
      }
    }
    Map<String, String> details = new LinkedHashMap<>();
    details.put("predicted", predicted.label());
    return new Measurement(
        observations, details, annotation.remarks(), gallery, maps.byName(), Map.of());
  }
}
