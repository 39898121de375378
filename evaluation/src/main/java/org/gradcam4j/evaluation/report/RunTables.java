package org.gradcam4j.evaluation.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.gradcam4j.evaluation.experiment.Published;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.evaluation.report.Table.Cell;
import org.gradcam4j.evaluation.report.Table.Row;
import org.gradcam4j.evaluation.run.Summary;
import org.gradcam4j.evaluation.run.Summary.Comparison;

/** The tables of one run. */
final class RunTables {
  /** With more metrics than this and than variants, metrics become rows. */
  private static final int MOST_COLUMNS = 5;

  private final MeasuredRun run;

  RunTables(MeasuredRun run) {
    this.run = run;
  }

  /** All that are not empty, in the order of the report. */
  List<Table> all() {
    return Stream.of(
            Stream.of(figures(), network(), published()),
            differences().stream(),
            Stream.of(costs()))
        .flatMap(tables -> tables)
        .filter(table -> !table.isEmpty())
        .toList();
  }

  /** The figures of what is compared: variants by metrics. */
  Table figures() {
    List<Metric> metrics = run.comparingMetrics();
    List<Row> rows =
        run.variants().stream()
            .map(
                variant ->
                    new Row(
                        variant, metrics.stream().map(metric -> cell(metric, variant)).toList()))
            .toList();
    Table table =
        new Table(
            "Figures",
            "Intervals of 95 % are the bootstrap's, over images. The best of a metric is marked"
                + " 'best'; '≈ best' where the interval of the difference to it, on the same"
                + " images, includes 0.",
            "Variant",
            metrics.stream().map(RunTables::heading).toList(),
            rows);
    return metrics.size() > Math.max(MOST_COLUMNS, rows.size())
        ? table.transposed("Metric")
        : table;
  }

  /** The figures of the network alone. */
  Table network() {
    return new Table(
        "The network alone",
        "",
        "Metric",
        List.of("Figure"),
        run.networkMetrics().stream()
            .map(metric -> new Row(heading(metric), List.of(cell(metric, ""))))
            .toList());
  }

  /** A metric's name, unit and direction. */
  static String heading(Metric metric) {
    List<String> remarks = new ArrayList<>();
    if (metric.unit() == Unit.PERCENT) {
      remarks.add("%");
    }
    if (metric.direction() != Direction.NEITHER) {
      remarks.add(metric.direction() == Direction.LOWER ? "lower is better" : "higher is better");
    }
    return remarks.isEmpty()
        ? metric.name()
        : metric.name() + " (" + String.join(", ", remarks) + ")";
  }

  private Cell cell(Metric metric, String variant) {
    return run.entry(metric, variant)
        .map(entry -> cell(entry, run.decimals(metric), mark(metric, variant)))
        .orElse(Cell.EMPTY);
  }

  static Cell cell(Summary.Entry entry, int decimals, String mark) {
    String count =
        "n "
            + entry.observations()
            + (entry.undefined() > 0 ? ", " + entry.undefined() + " undefined" : "");
    return new Cell(
        entry.value() == null ? "undefined" : Digits.number(entry.value(), decimals),
        Digits.interval(entry.low(), entry.high(), decimals),
        mark,
        count,
        "");
  }

  private String mark(Metric metric, String variant) {
    List<String> others =
        run.variants(metric).stream()
            .filter(v -> run.entry(metric, v).get().value() != null)
            .toList();
    if (metric.direction() == Direction.NEITHER || others.size() < 2 || !others.contains(variant)) {
      return "";
    }
    String best =
        others.stream().min(bestFirst(metric, v -> run.entry(metric, v).get().value())).get();
    double value = run.entry(metric, variant).get().value();
    if (value == run.entry(metric, best).get().value()) {
      return Cell.BEST;
    }
    return difference(metric, variant, best).filter(c -> !isClear(c)).isPresent() ? "≈ best" : "";
  }

  static <T> Comparator<T> bestFirst(Metric metric, ToDoubleFunction<? super T> value) {
    Comparator<T> ascending = Comparator.comparingDouble(value::applyAsDouble);
    return metric.direction() == Direction.LOWER ? ascending : ascending.reversed();
  }

  private Optional<Comparison> difference(Metric metric, String variant, String other) {
    return run.summary().differences().stream()
        .filter(c -> c.metric().equals(metric.name()))
        .filter(
            c ->
                c.variant().equals(variant) && c.other().equals(other)
                    || c.variant().equals(other) && c.other().equals(variant))
        .findFirst();
  }

  /** Whether an interval of a difference excludes 0. */
  static boolean isClear(Comparison c) {
    return c.low() != null && c.high() != null && (c.low() > 0 || c.high() < 0);
  }

  /** How variants differ on the same images: a table a metric. */
  List<Table> differences() {
    return run.comparingMetrics().stream()
        .map(
            metric ->
                differences(
                    metric,
                    run.summary().differences().stream()
                        .filter(c -> c.metric().equals(metric.name()))
                        .toList(),
                    "Variants"))
        .filter(table -> !table.isEmpty())
        .toList();
  }

  /** A table of differences of one metric. */
  static Table differences(Metric metric, List<Comparison> comparisons, String corner) {
    int decimals =
        Digits.of(
            metric.unit(),
            comparisons.stream()
                .filter(c -> c.low() != null && c.high() != null)
                .map(c -> (c.high() - c.low()) / 2)
                .toList());
    long clear = comparisons.stream().filter(RunTables::isClear).count();
    return new Table(
        "Differences in " + heading(metric),
        "%d of %d differ: their interval excludes 0.".formatted(clear, comparisons.size()),
        corner,
        List.of("Difference", "Images", "Reading"),
        comparisons.stream()
            .map(
                c ->
                    new Row(
                        c.variant() + " less " + c.other(),
                        List.of(
                            Cell.number(
                                c.value() == null
                                    ? "undefined"
                                    : Digits.number(c.value(), decimals),
                                Digits.interval(c.low(), c.high(), decimals)),
                            Cell.number(Integer.toString(c.images()), ""),
                            Cell.text(reading(metric, c)))))
            .toList());
  }

  private static String reading(Metric metric, Comparison c) {
    if (c.value() == null) {
      return "undefined";
    }
    if (!isClear(c)) {
      boolean same = c.value() == 0 && c.low() != null && c.low() == 0 && c.high() == 0;
      return same ? "they coincide" : "no clear difference";
    }
    boolean first = (c.value() > 0) == (metric.direction() == Direction.HIGHER);
    return (first ? c.variant() : c.other()) + " is better";
  }

  /** What papers report, beside our figures of the same metric and variant. */
  Table published() {
    List<Row> rows = new ArrayList<>();
    for (Published published : run.configuration().published()) {
      run.configuration().metrics().stream()
          .filter(metric -> metric.name().equals(published.metric()))
          .forEach(metric -> rows.addAll(beside(metric, published)));
    }
    return new Table(
        "Beside the literature",
        "The published figures are of the networks and images that their rows name, not of this"
            + " run's: read them as a scale.",
        "Figure",
        List.of("Published", "Of", "Source", "This run", "Of"),
        rows);
  }

  private List<Row> beside(Metric metric, Published published) {
    String ours = run.configuration().network().name() + ", " + run.configuration().data().name();
    return run.variants(metric).stream()
        .filter(
            variant ->
                method(variant).equals(published.variant()) || variant.equals(published.variant()))
        .map(
            variant ->
                new Row(
                    MeasuredRun.name(metric, variant),
                    List.of(
                        Cell.number(plain(published.value()), ""),
                        Cell.text(published.setting()),
                        Cell.text(published.source()),
                        cell(run.entry(metric, variant).get(), run.decimals(metric), ""),
                        Cell.text(ours))))
        .toList();
  }

  /** As the paper prints it: with as many decimals as it has. */
  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  /** The method of a variant {@code method@layer}. */
  static String method(String variant) {
    int at = variant.indexOf('@');
    return at < 0 ? variant : variant.substring(0, at);
  }

  /** What each variant costs. */
  Table costs() {
    List<Row> rows = new ArrayList<>();
    for (Cost cost : costsByVariant()) {
      rows.add(
          new Row(
              cost.variant(),
              List.of(
                  Cell.number(Digits.milliseconds(cost.quantile(50)), ""),
                  Cell.number(
                      Digits.milliseconds(cost.quantile(10))
                          + " to "
                          + Digits.milliseconds(cost.quantile(90)),
                      ""),
                  Cell.number(Integer.toString(cost.milliseconds().length), ""))));
    }
    return new Table(
        "Costs",
        "Milliseconds an image on the machine of the run, beside whatever else it did.",
        "Variant",
        List.of("Median", "Tenth to ninetieth percentile", "Images"),
        rows);
  }

  /**
   * What a variant cost.
   *
   * @param variant the variant
   * @param milliseconds an image each
   */
  record Cost(String variant, double[] milliseconds) {
    double quantile(double percent) {
      return new Percentile()
          .withEstimationType(Percentile.EstimationType.R_7)
          .evaluate(milliseconds, percent);
    }
  }

  /** The costs, in the order of tables. */
  List<Cost> costsByVariant() {
    List<String> order = run.configuration().variants();
    return run.measured().stream()
        .flatMap(record -> record.milliseconds().keySet().stream())
        .distinct()
        .sorted(
            Comparator.comparingInt(v -> order.contains(v) ? order.indexOf(v) : Integer.MAX_VALUE))
        .map(
            variant ->
                new Cost(
                    variant,
                    run.measured().stream()
                        .filter(record -> record.milliseconds().get(variant) != null)
                        .mapToDouble(record -> record.milliseconds().get(variant))
                        .toArray()))
        .toList();
  }
}
