package org.gradcam4j.evaluation.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.experiment.Variant;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.evaluation.report.Plot.Series;

/** Which plots a report has. */
final class Plots {
  /** Fewer layers make no line. */
  private static final int FEWEST_LAYERS = 3;

  /** More kinds than this cannot be told apart. */
  private static final int MOST_SERIES = 12;

  private Plots() {}

  /** A figure to plot. */
  private record Point(double value, double low, double high) {}

  /** A plot a metric, and one of the costs. */
  static List<Plot> of(MeasuredRun run) {
    List<Plot> plots = new ArrayList<>();
    for (Metric metric : run.comparingMetrics()) {
      List<String> variants =
          run.variants(metric).stream().filter(variant -> !variant.isEmpty()).toList();
      plots.add(
          plot(RunTables.heading(metric), axis(metric), variants, v -> point(run, metric, v)));
    }
    Map<String, RunTables.Cost> costs = new LinkedHashMap<>();
    RunTables.costsByVariant(run).forEach(cost -> costs.put(cost.variant(), cost));
    plots.add(
        plot(
            "Cost: median, and tenth to ninetieth percentile",
            "milliseconds an image",
            List.copyOf(costs.keySet()),
            v ->
                Optional.of(costs.get(v))
                    .map(c -> new Point(c.quantile(50), c.quantile(10), c.quantile(90)))));
    return plots.stream().filter(Plots::isWorthIt).toList();
  }

  /** A plot a metric that has figures of several runs. */
  static List<Plot> of(List<MeasuredRun> runs, RunComparison comparison) {
    List<Plot> plots = new ArrayList<>();
    for (Metric metric : comparison.metrics()) {
      List<String> variants = comparison.variants(metric);
      List<String> names = variants.stream().map(v -> v.isEmpty() ? "network alone" : v).toList();
      List<Series> series =
          runs.stream()
              .map(run -> series(run.label(), variants, v -> point(run, metric, v)))
              .toList();
      plots.add(new Plot(RunTables.heading(metric), axis(metric), names, series, false));
    }
    return plots.stream().filter(plot -> plot.series().size() > 1).toList();
  }

  private static boolean isWorthIt(Plot plot) {
    return plot.categories().size() > 1
        && !plot.series().isEmpty()
        && plot.series().size() <= MOST_SERIES;
  }

  private static String axis(Metric metric) {
    return metric.name() + (metric.unit() == Unit.PERCENT ? ", %" : "");
  }

  private static Optional<Point> point(MeasuredRun run, Metric metric, String variant) {
    return run.entry(metric, variant)
        .filter(e -> e.value() != null && e.low() != null && e.high() != null)
        .map(e -> new Point(e.value(), e.low(), e.high()));
  }

  private static Plot plot(
      String title, String axis, List<String> variants, Function<String, Optional<Point>> points) {
    List<String> layers =
        variants.stream().map(Variant::layer).filter(l -> !l.isEmpty()).distinct().toList();
    if (layers.size() < FEWEST_LAYERS) {
      return new Plot(title, axis, variants, List.of(series("", variants, points)), false);
    }
    List<Series> series =
        variants.stream()
            .map(Variant::method)
            .distinct()
            .map(
                method ->
                    series(
                        method,
                        layers.stream().map(layer -> method + Variant.AT + layer).toList(),
                        // A method without a choice of layer is a level line.
                        v ->
                            Stream.of(v, method)
                                .filter(variants::contains)
                                .findFirst()
                                .flatMap(points)))
            .toList();
    return new Plot(title, axis, layers, series, true);
  }

  private static Series series(
      String name, List<String> variants, Function<String, Optional<Point>> points) {
    List<Point> own =
        variants.stream()
            .map(v -> points.apply(v).orElse(new Point(Double.NaN, Double.NaN, Double.NaN)))
            .toList();
    return new Series(
        name,
        own.stream().mapToDouble(Point::value).toArray(),
        own.stream().mapToDouble(Point::low).toArray(),
        own.stream().mapToDouble(Point::high).toArray());
  }
}
