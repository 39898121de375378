package org.gradcam4j.evaluation.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gradcam4j.Explanation;
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
 * Class discrimination: in images of exactly two categories, does a category's map lie on that
 * category? The paper asked people; here the map's energy in the boxes answers:
 *
 * <pre>margin = (e(own) - e(other)) / (e(own) + e(other))</pre>
 *
 * <p>with e(c) the sum of |map| over pixels in boxes of category c and in none of the other. A
 * method that does not look at the class gives both categories the same map, so that its two
 * margins cancel and one of two is above zero: 50 %, a guess.
 *
 * @param methods what is compared
 * @param protocol how maps are made and read
 */
public record Discrimination(List<Variant> methods, MapProtocol protocol) implements Experiment {
  private static final Metric RIGHT =
      new Metric(
          "class-discrimination",
          Direction.HIGHER,
          Unit.PERCENT,
          Aggregation.MEAN,
          "How often a category's map has more energy in that category's boxes alone than in the"
              + " other's alone; 50 is a guess.",
          "this project, after Selvaraju et al., Grad-CAM, IJCV 2019, section 5.1");
  private static final Metric MARGIN =
      new Metric(
          "class-margin",
          Direction.HIGHER,
          Unit.NUMBER,
          Aggregation.MEAN,
          "(e(own) - e(other)) / (e(own) + e(other)), with e the sum of |map| in a category's boxes"
              + " alone; 0 for maps that are the same for both.",
          "this project");
  private static final String SOURCE = "Selvaraju et al., Grad-CAM, IJCV 2019, section 5.1";

  /** Copies the list. */
  public Discrimination {
    methods = List.copyOf(methods);
  }

  @Override
  public String name() {
    return "discrimination";
  }

  @Override
  public String title() {
    return "Class discrimination";
  }

  @Override
  public String description() {
    return "Images with exactly two annotated categories; for each category its map. People were"
        + " asked in the paper which category a map depicts; here the map's energy in the"
        + " categories' boxes decides.";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(RIGHT, MARGIN);
  }

  @Override
  public List<String> variants() {
    return methods.stream().map(Variant::name).toList();
  }

  @Override
  public List<Published> published() {
    return Stream.of(
            published("guided-backprop", 44.44),
            published("deconvnet", 53.33),
            published("deconvnet-grad-cam", 60.37),
            published("guided-grad-cam", 61.23))
        .toList();
  }

  private static Published published(String method, double percent) {
    return new Published(
        RIGHT.name(), method, "43 people's answers, VGG-16 and AlexNet, VOC 2007", percent, SOURCE);
  }

  @Override
  public List<String> notes() {
    return List.of(
        "The published figures are of people who were shown pictures: they stand here for the order"
            + " of the methods, not as the same measurement.");
  }

  @Override
  public boolean takes(Annotation annotation) {
    return annotation.classes().size() == 2
        && annotation.classes().stream().noneMatch(c -> annotation.boxes(c).isEmpty());
  }

  @Override
  public Measurement measure(Subject subject, AnnotatedImage image, Wanted wanted)
      throws IOException {
    Annotation annotation = image.annotation();
    Photo photo = image.photo();
    List<Integer> classes = annotation.classes();
    List<Target> targets =
        classes.stream().map(c -> Target.classIndex(subject.classes().toNetwork(c))).toList();
    List<Method> all = methods.stream().map(Variant::method).toList();
    List<Explanation> explanations =
        protocol.explain(subject.explainer(), subject.explainer().input(photo), all, targets);
    List<Observation> observations = new ArrayList<>();
    List<Picture> gallery = new ArrayList<>();
    KeptMaps maps = new KeptMaps(wanted);
    for (int c = 0; c < 2; c++) {
      List<Box> own = annotation.boxes(classes.get(c));
      List<Box> other = annotation.boxes(classes.get(1 - c));
      if (wanted.pictures()) {
        gallery.add(
            new Picture(
                subject.classes().classes().get(classes.get(c)),
                Marked.with(photo.toBufferedImage(), own, List.of())));
      }
      for (int m = 0; m < all.size(); m++) {
        Explanation explanation = explanations.get(2 * m + c);
        String variant = methods.get(m).name();
        maps.add(variant, explanation);
        double margin = margin(protocol.onPhoto(explanation, photo), own, other);
        double right = Double.isNaN(margin) ? Double.NaN : margin > 0 ? 100 : margin < 0 ? 0 : 50;
        observations.add(RIGHT.observe(variant, "", right));
        observations.add(MARGIN.observe(variant, "", margin));
        if (wanted.pictures()) {
          gallery.add(new Picture(variant, explanation.picture()));
        }
      }
    }
    Map<String, String> details = new LinkedHashMap<>();
    details.put("classes", subject.classes().names(classes));
    return new Measurement(
        observations, details, annotation.remarks(), gallery, maps.byName(), Map.of());
  }

  /** NaN where neither category's boxes have a pixel of their own with energy. */
  static double margin(SaliencyMap map, List<Box> own, List<Box> other) {
    boolean[] isOwn = BoxMask.of(map.height(), map.width(), own);
    boolean[] isOther = BoxMask.of(map.height(), map.width(), other);
    double inOwn = 0;
    double inOther = 0;
    for (int i = 0; i < isOwn.length; i++) {
      double energy = Math.abs(map.values()[i]);
      if (isOwn[i] && !isOther[i]) {
        inOwn += energy;
      } else if (isOther[i] && !isOwn[i]) {
        inOther += energy;
      }
    }
    return inOwn + inOther == 0 ? Double.NaN : (inOwn - inOther) / (inOwn + inOther);
  }
}
