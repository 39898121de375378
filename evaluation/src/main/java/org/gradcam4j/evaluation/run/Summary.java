package org.gradcam4j.evaluation.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradcam4j.evaluation.metric.Figure;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.evaluation.metric.Tally;

/**
 * A run's figures: {@code summary.json}. It depends on the images and the settings alone: neither
 * on the number of threads nor on how often the run was interrupted.
 *
 * @param experiment the experiment's name
 * @param images how many images take part
 * @param measured how many of them were measured
 * @param failed how many could not be
 * @param remarked of how many something odd was said
 * @param figures by name: the metric's, with the variant behind a slash; where all figures of a
 *     metric are of one variant, also under the metric's name alone
 * @param differences of variants on the same images, metric by metric
 */
public record Summary(
    String experiment,
    int images,
    int measured,
    int failed,
    int remarked,
    Map<String, Entry> figures,
    List<Comparison> differences) {
  /** More variants than this are not compared each with each. */
  public static final int MOST_PAIRED = 8;

  /**
   * A figure.
   *
   * @param value the figure; null where nothing is defined
   * @param low the lower end of its 95 % interval
   * @param high the upper end
   * @param unit of all three
   * @param direction whether more is better
   * @param observations how many observations it is of
   * @param images of how many images these are
   * @param undefined how many more observations were undefined
   */
  public record Entry(
      Double value,
      Double low,
      Double high,
      Unit unit,
      Direction direction,
      int observations,
      int images,
      int undefined) {
    static Entry of(Figure figure, Metric metric) {
      return new Entry(
          number(figure.value()),
          number(figure.low()),
          number(figure.high()),
          metric.unit(),
          metric.direction(),
          figure.observations(),
          figure.images(),
          figure.undefined());
    }
  }

  /**
   * How far one variant's figure lies above another's.
   *
   * @param metric the metric's name
   * @param variant the first
   * @param other the second
   * @param value the first's figure less the second's, on the images that have both
   * @param low the lower end of its 95 % interval
   * @param high the upper end
   * @param images of how many images
   */
  public record Comparison(
      String metric,
      String variant,
      String other,
      Double value,
      Double low,
      Double high,
      int images) {}

  private static Double number(double value) {
    return Double.isNaN(value) ? null : value;
  }

  static Summary of(Run run) {
    Tally tally = run.tally();
    Map<String, Entry> figures = new LinkedHashMap<>();
    List<Comparison> differences = new ArrayList<>();
    for (Metric metric : run.configuration().metrics()) {
      List<String> variants =
          variants(run.configuration().variants(), metric, tally.figures().stream().toList());
      for (String variant : variants) {
        Entry entry = Entry.of(tally.figure(name(metric, variant)), metric);
        figures.put(name(metric, variant), entry);
        if (variants.size() == 1) {
          figures.put(metric.name(), entry);
        }
      }
      compare(tally, metric, variants, differences);
    }
    List<ImageRecord> records = run.records();
    int measured = (int) records.stream().filter(ImageRecord::measured).count();
    return new Summary(
        run.configuration().experiment(),
        run.ids().size(),
        measured,
        records.size() - measured,
        (int) records.stream().filter(record -> !record.remarks().isEmpty()).count(),
        figures,
        differences);
  }

  private static String name(Metric metric, String variant) {
    return variant.isEmpty() ? metric.name() : metric.name() + "/" + variant;
  }

  /** The variants that a metric was observed of: those to compare in their order, then others. */
  private static List<String> variants(List<String> order, Metric metric, List<String> figures) {
    List<String> found =
        figures.stream()
            .filter(
                figure -> figure.equals(metric.name()) || figure.startsWith(metric.name() + "/"))
            .map(
                figure ->
                    figure.equals(metric.name())
                        ? ""
                        : figure.substring(metric.name().length() + 1))
            .sorted()
            .toList();
    List<String> sorted = new ArrayList<>(order);
    sorted.retainAll(found);
    found.stream().filter(variant -> !order.contains(variant)).forEach(sorted::add);
    return sorted;
  }

  private static void compare(
      Tally tally, Metric metric, List<String> variants, List<Comparison> differences) {
    if (metric.direction() == Direction.NEITHER) {
      return;
    }
    for (int i = 0; i < variants.size(); i++) {
      // Of many, each is compared with the first.
      for (int j = i + 1; j < variants.size() && (i == 0 || variants.size() <= MOST_PAIRED); j++) {
        String variant = variants.get(i);
        String other = variants.get(j);
        tally
            .difference(name(metric, variant), name(metric, other))
            .ifPresent(
                difference ->
                    differences.add(
                        new Comparison(
                            metric.name(),
                            variant,
                            other,
                            number(difference.value()),
                            number(difference.low()),
                            number(difference.high()),
                            difference.images())));
      }
    }
  }
}
