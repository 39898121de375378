package org.gradcam4j.evaluation.experiment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Annotation;
import org.gradcam4j.evaluation.experiment.Measurement.Picture;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.image.Sheet;
import org.gradcam4j.method.Method;

/**
 * Maps of an image's classes, by several methods or at several layers, each measured in the same
 * ways.
 *
 * @param name the experiment's name
 * @param title its heading
 * @param description what it does
 * @param methods what is compared
 * @param measures what is measured of each map
 * @param classes which classes of an image are explained
 * @param protocol how maps are made and read
 * @param gallery how its pictures are laid out
 * @param published figures of papers
 * @param notes what a reader must know
 */
public record MapComparison(
    @JsonIgnore String name,
    @JsonIgnore String title,
    @JsonIgnore String description,
    List<Variant> methods,
    List<Measure> measures,
    ClassChoice classes,
    MapProtocol protocol,
    @JsonIgnore Gallery gallery,
    @JsonIgnore List<Published> published,
    @JsonIgnore List<String> notes)
    implements Experiment {
  private static final int CELL = 160;

  /** How pictures are laid out. */
  public enum Gallery {
    /** A picture a variant. */
    EACH,
    /** One contact sheet: a column a layer, a row a method. */
    SHEET
  }

  /** Copies the lists. */
  public MapComparison {
    methods = List.copyOf(methods);
    measures = List.copyOf(measures);
    published = List.copyOf(published);
    notes = List.copyOf(notes);
  }

  @Override
  public List<Metric> metrics() {
    return measures.stream().flatMap(measure -> measure.metrics().stream()).distinct().toList();
  }

  @Override
  public List<String> variants() {
    return methods.stream().map(Variant::name).toList();
  }

  @Override
  public Measurement measure(Subject subject, AnnotatedImage image, Wanted wanted)
      throws IOException {
    Annotation annotation = image.annotation();
    Photo photo = image.photo();
    NetworkInput input = subject.explainer().input(photo);
    // The network's scores come with the explanations, too late only for the class to explain.
    List<Prediction> predictions =
        classes == ClassChoice.PREDICTED ? predict(subject, input) : List.of();
    List<Integer> chosen = classes.of(annotation, predictions, subject.classes());
    List<Observation> observations = new ArrayList<>();
    List<Picture> gallery = new ArrayList<>();
    KeptMaps kept = new KeptMaps(wanted);
    Map<String, Double> milliseconds = new LinkedHashMap<>();
    if (chosen.isEmpty()) {
      predictions = predict(subject, input);
    } else {
      List<Method> all = allMethods();
      List<List<Explanation>> explained = explain(subject, input, all, chosen);
      predictions = explained.get(0).get(0).predictions();
      for (int c = 0; c < chosen.size(); c++) {
        Map<Method, MeasuredMap> maps = new HashMap<>();
        for (int m = 0; m < all.size(); m++) {
          maps.put(all.get(m), new MeasuredMap(explained.get(m).get(c), protocol, photo));
        }
        ImageClass shown =
            new ImageClass(
                subject,
                protocol,
                image,
                annotation,
                photo,
                input,
                chosen.get(c),
                subject.classes().toNetwork(chosen.get(c)),
                maps);
        for (Variant variant : methods) {
          kept.add(variant.name(), maps.get(variant.method()).explanation());
          for (Measure measure : measures) {
            observations.addAll(measure.observe(shown, variant, maps.get(variant.method())));
          }
        }
        if (wanted.pictures() && c == 0) {
          gallery.addAll(pictures(shown));
        }
      }
      if (wanted.costs()) {
        milliseconds.putAll(cost(subject, input, chosen.get(0)));
      }
    }
    Map<String, String> details = new LinkedHashMap<>();
    details.put("classes", subject.classes().names(annotation.classes()));
    details.put("predicted", predictions.get(ClassChoice.highest(predictions)).label());
    return new Measurement(
        observations, details, annotation.remarks(), gallery, kept.byName(), milliseconds);
  }

  private static List<Prediction> predict(Subject subject, NetworkInput input) {
    return subject.explainer().predict(List.of(input)).get(0);
  }

  /** The variants' and the measures' methods, each once. */
  private List<Method> allMethods() {
    return Stream.concat(
            methods.stream().map(Variant::method),
            measures.stream().flatMap(measure -> measure.references().stream()))
        .distinct()
        .toList();
  }

  /** For each method, for each class. */
  private List<List<Explanation>> explain(
      Subject subject, NetworkInput input, List<Method> compared, List<Integer> chosen) {
    List<Target> targets =
        chosen.stream().map(c -> Target.classIndex(subject.classes().toNetwork(c))).toList();
    List<Explanation> all = protocol.explain(subject.explainer(), input, compared, targets);
    List<List<Explanation>> byMethod = new ArrayList<>();
    for (int from = 0; from < all.size(); from += chosen.size()) {
      byMethod.add(all.subList(from, from + chosen.size()));
    }
    return byMethod;
  }

  /** Milliseconds of each variant alone, its forward pass included, on one core. */
  private Map<String, Double> cost(Subject subject, NetworkInput input, int chosen) {
    Map<String, Double> cost = new LinkedHashMap<>();
    List<Target> target = List.of(Target.classIndex(subject.classes().toNetwork(chosen)));
    for (Variant variant : methods) {
      long start = System.nanoTime();
      protocol.explain(subject.explainer(), input, List.of(variant.method()), target);
      cost.put(variant.name(), (System.nanoTime() - start) / 1e6);
    }
    return cost;
  }

  private List<Picture> pictures(ImageClass shown) {
    List<Box> boxes = shown.annotation().boxes(shown.datasetClass());
    BufferedImage photo = Marked.with(shown.photo().toBufferedImage(), boxes, List.of());
    if (gallery == Gallery.SHEET) {
      return List.of(
          new Picture(shown.className() + ", layer by layer", sheet(shown, photo).draw()));
    }
    List<Picture> pictures = new ArrayList<>();
    pictures.add(new Picture(shown.className(), photo));
    for (Variant variant : methods) {
      Explanation explanation = shown.maps().get(variant.method()).explanation();
      pictures.add(new Picture(variant.name(), picture(explanation)));
    }
    return pictures;
  }

  private static BufferedImage picture(Explanation explanation) {
    return explanation.isHeatmap() ? explanation.overlay() : explanation.picture();
  }

  private Sheet sheet(ImageClass shown, BufferedImage photo) {
    Map<String, Sheet.Row> rows = new LinkedHashMap<>();
    List<String> layers =
        methods.stream().map(variant -> Variant.layer(variant.name())).distinct().toList();
    List<String> names =
        methods.stream().map(variant -> Variant.method(variant.name())).distinct().toList();
    for (String name : names) {
      List<Sheet.Cell> cells = new ArrayList<>();
      cells.add(new Sheet.Cell(rows.isEmpty() ? photo : null, ""));
      for (String layer : layers) {
        cells.add(
            methods.stream()
                .filter(
                    v ->
                        Variant.method(v.name()).equals(name)
                            && Variant.layer(v.name()).equals(layer))
                .findFirst()
                .map(variant -> picture(shown.maps().get(variant.method()).explanation()))
                .map(picture -> new Sheet.Cell(picture, ""))
                .orElse(new Sheet.Cell(null, "")));
      }
      rows.put(name, new Sheet.Row(name, cells));
    }
    List<String> columns = new ArrayList<>(List.of(shown.className()));
    layers.forEach(
        layer -> columns.add(layer.isEmpty() && layers.size() > 1 ? "without a layer" : layer));
    return new Sheet("", columns, List.copyOf(rows.values()), "", CELL);
  }
}
