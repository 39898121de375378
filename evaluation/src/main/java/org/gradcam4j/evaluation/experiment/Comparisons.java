package org.gradcam4j.evaluation.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.gradcam4j.Explainer;
import org.gradcam4j.evaluation.experiment.MapComparison.Gallery;
import org.gradcam4j.evaluation.experiment.RankMeasure.Correlation;
import org.gradcam4j.evaluation.experiment.RankMeasure.Grid;
import org.gradcam4j.evaluation.metric.BoxRule;
import org.gradcam4j.evaluation.metric.InsertionDeletion;
import org.gradcam4j.evaluation.metric.MaxSensitivity;
import org.gradcam4j.evaluation.metric.RankCorrelation;
import org.gradcam4j.evaluation.metric.Road;
import org.gradcam4j.evaluation.metric.Substrate;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.Attribution;
import org.gradcam4j.method.Cam;
import org.gradcam4j.method.Fill;
import org.gradcam4j.method.Occlusion;

/** The experiments that measure maps of an image's classes: each a {@link MapComparison}. */
public final class Comparisons {
  private static final String PAPER = "Selvaraju et al., Grad-CAM, IJCV 2019";

  /** Methods of which the same map comes where a network ends in pooling and one dense layer. */
  private static final Set<String> TIED = Set.of("cam", "grad-cam", "hires-cam", "xgrad-cam");

  /**
   * Of insertion and deletion; their authors take 224, for a seventh of which a curve is smooth.
   */
  private static final int STEPS = 32;

  /** Of ROAD; its authors take every tenth, in twice the time. */
  private static final List<Integer> PERCENTAGES = List.of(10, 30, 50, 70, 90);

  private Comparisons() {}

  /**
   * What all of them take.
   *
   * @param variants what is compared
   * @param classes which classes of an image are explained
   * @param protocol how maps are made and read
   * @param explainer of the network
   */
  public record Basis(
      List<Variant> variants, ClassChoice classes, MapProtocol protocol, Explainer explainer) {
    /** With patch and stride in pixels of the network's input. */
    private Occlusion sized(Occlusion occlusion) {
      return occlusion.at(explainer.preprocessing().height());
    }

    /** Which of the variants are what maps are compared with. */
    private List<String> references(List<Measure> measures) {
      return variants.stream()
          .filter(
              variant -> measures.stream().anyMatch(m -> m.references().contains(variant.method())))
          .map(
              variant ->
                  variant.name()
                      + " is what maps are compared with: it has no rank correlation with itself.")
          .toList();
    }

    private MapComparison comparison(
        String name,
        String title,
        String description,
        List<Measure> measures,
        Gallery gallery,
        List<Published> published) {
      return new MapComparison(
          name,
          title,
          description,
          variants,
          measures,
          classes,
          protocol,
          gallery,
          published,
          Stream.of(ties(this), references(measures)).flatMap(List::stream).toList());
    }
  }

  /**
   * Faithfulness: rank correlation with occlusion.
   *
   * @param occlusion patch, stride, padding and fill
   * @param grid where maps are compared
   * @param sensitivity whether the figure is also taken by other correlations and with other
   *     patches, strides, fills, grids and classes, which takes several times as long
   */
  public static Experiment faithfulness(
      Basis basis, Occlusion occlusion, Grid grid, boolean sensitivity) {
    RankMeasure own = RankMeasure.of(basis.sized(occlusion), grid, Correlation.SPEARMAN);
    List<Measure> measures = new ArrayList<>(List.of(own));
    if (sensitivity) {
      measures.addAll(protocols(own, basis));
    }
    return basis.comparison(
        "faithfulness",
        "Faithfulness: rank correlation with occlusion",
        "The class's score falls by some amount when a patch covers a place. Each method's map is"
            + " compared with that map of falls by Spearman's rank correlation.",
        measures,
        Gallery.EACH,
        Stream.of(
                published("guided-grad-cam", 0.261),
                published("grad-cam", 0.254),
                published("c-mwp", 0.220),
                published("cam", 0.208),
                published("guided-backprop", 0.168))
            .toList());
  }

  private static Published published(String method, double value) {
    return new Published(
        RankCorrelation.SPEARMAN.name(),
        method,
        "VGG-16 fine-tuned, VOC 2007 val, 2510 images",
        value,
        PAPER + ", section 5.3");
  }

  /** The protocol of the run with one choice changed at a time, as far as that is another one. */
  private static List<Measure> protocols(RankMeasure run, Basis basis) {
    Occlusion own = run.occlusion();
    Preprocessing photos = basis.explainer().preprocessing();
    int patch = own.patch();
    int stride = own.stride();
    int smaller = Math.max(1, Math.round(patch * 0.75f));
    int larger = Math.min(photos.height(), Math.round(patch * 1.5f));
    int finer = Math.max(1, stride / 2);
    Map<String, Occlusion> others = new LinkedHashMap<>();
    others.put("patch-" + smaller, new Occlusion(smaller, stride, own.padding(), own.fill()));
    others.put("patch-" + larger, new Occlusion(larger, stride, own.padding(), own.fill()));
    others.put("stride-" + finer, new Occlusion(patch, finer, own.padding(), own.fill()));
    if (patch <= Math.min(photos.height(), photos.width())) {
      others.put("no-padding", new Occlusion(patch, stride, 0, own.fill()));
    }
    others.put("mean-fill", new Occlusion(patch, stride, own.padding(), Fill.mean()));
    others.put("grey-fill", new Occlusion(patch, stride, own.padding(), Fill.grey()));
    others.put(
        "blurred-fill", new Occlusion(patch, stride, own.padding(), Fill.blur(Fill.USUAL_BLUR)));
    others.values().removeIf(own::equals);
    List<Measure> measures = new ArrayList<>();
    Grid grid = run.grid();
    List<Correlation> spearman = run.correlations();
    others.forEach(
        (name, occlusion) -> measures.add(new RankMeasure(name, spearman, occlusion, grid, false)));
    measures.add(
        grid == Grid.INPUT
            ? new RankMeasure("occlusion-grid", spearman, own, Grid.OCCLUSION, false)
            : new RankMeasure("input-grid", spearman, own, Grid.INPUT, false));
    if (basis.classes() == ClassChoice.EACH) {
      measures.add(new RankMeasure("first-class", spearman, own, grid, true));
    }
    measures.add(RankMeasure.of(own, grid, Correlation.KENDALL, Correlation.PEARSON));
    return measures;
  }

  /**
   * The pointing game.
   *
   * @param scale the photos' size over that of the original data set's
   */
  public static Experiment pointing(Basis basis, double scale) {
    return basis.comparison(
        "pointing",
        "The pointing game",
        "Does the maximum of a class's map lie on an object of that class?",
        List.of(new PointingMeasure(scale)),
        Gallery.EACH,
        List.of());
  }

  /**
   * Every layer from deep to shallow.
   *
   * @param box how a map becomes a box
   * @param scale the photos' size over that of the original data set's
   * @param occlusion what maps are compared with
   */
  public static Experiment layers(Basis basis, BoxRule box, double scale, Occlusion occlusion) {
    return basis.comparison(
        "layers",
        "Layers, from deep to shallow",
        "The same methods at one layer after the other: where maps are sharp, faithful and still on"
            + " the object.",
        List.of(
            new BoxMeasure(box, false),
            new PointingMeasure(scale),
            RankMeasure.of(basis.sized(occlusion), Grid.INPUT, Correlation.SPEARMAN)),
        Gallery.SHEET,
        List.of());
  }

  /**
   * All methods by all metrics.
   *
   * @param box how a map becomes a box
   * @param scale the photos' size over that of the original data set's
   * @param occlusion what maps are compared with
   */
  public static Experiment methods(Basis basis, BoxRule box, double scale, Occlusion occlusion) {
    double unit = deviation(basis.explainer().preprocessing());
    return basis.comparison(
        "methods",
        "Methods: which should I use?",
        "Methods at a layer, by where their maps lie, how faithful they are to the score, and what"
            + " they cost.",
        List.of(
            new BoxMeasure(box, true),
            new PointingMeasure(scale),
            new MaskMeasure(box),
            RankMeasure.of(basis.sized(occlusion), Grid.INPUT, Correlation.values()),
            new PerturbationMeasure(
                new InsertionDeletion(STEPS, Substrate.ZERO, Substrate.BLURRED),
                new Road(PERCENTAGES, Road.PAPER.noise() * unit, Road.PAPER.seed()),
                new MaxSensitivity(
                    MaxSensitivity.CAPTUM.radius() * unit,
                    MaxSensitivity.CAPTUM.samples(),
                    MaxSensitivity.CAPTUM.seed()))),
        Gallery.EACH,
        List.of());
  }

  /**
   * The standard deviation of ImageNet's pixels in the units of a network's input: 1 for
   * torchvision's networks, 58 for Caffe's. Noise of so many deviations is the same change of the
   * photo for all.
   */
  static double deviation(Preprocessing preprocessing) {
    List<Double> own = preprocessing.standardDeviation();
    Preprocessing reference = Preprocessing.torchvision(1, 1);
    boolean sameOrder = preprocessing.channelOrder() == reference.channelOrder();
    int channels = own.size();
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      double deviation = reference.standardDeviation().get(sameOrder ? c : channels - 1 - c);
      sum += 255 * preprocessing.scale() * deviation / own.get(c);
    }
    // Rounded, so that torchvision's is 1 and not nearly so.
    return Math.round(sum / channels * 1e4) / 1e4;
  }

  /**
   * The layer of class activation maps; empty unless the network ends in pooling and one dense
   * layer.
   */
  private static Optional<String> camLayer(Explainer explainer) {
    try {
      return new Cam().reads(site(explainer)).stream().findFirst();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Attribution.Site site(Explainer explainer) {
    return new Attribution.Site(
        explainer.plan(), explainer.defaultLayer(), explainer.preprocessing());
  }

  /** Which of the methods give the same map by construction. */
  private static List<String> ties(Basis basis) {
    Optional<String> layer = camLayer(basis.explainer());
    if (layer.isEmpty()) {
      return List.of();
    }
    Attribution.Site site = site(basis.explainer());
    List<String> tied =
        basis.variants().stream()
            .filter(variant -> TIED.contains(variant.method().name()))
            .filter(variant -> variant.method().reads(site).equals(Set.of(layer.get())))
            .map(Variant::name)
            .toList();
    return tied.size() < 2
        ? List.of()
        : List.of(
            "%s give the same map at '%s' by construction, up to ReLU and scale: the network ends in pooling and one dense layer. Comparing them there says nothing."
                .formatted(String.join(", ", tied), layer.get()));
  }
}
