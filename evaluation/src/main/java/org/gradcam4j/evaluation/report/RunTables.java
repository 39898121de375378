package org.gradcam4j.evaluation.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.gradcam4j.evaluation.experiment.Published;
import org.gradcam4j.evaluation.experiment.Variant;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.evaluation.report.Table.Cell;
import org.gradcam4j.evaluation.report.Table.Row;
import org.gradcam4j.evaluation.run.Summary;
import org.gradcam4j.evaluation.run.Summary.Comparison;

/**
 * The tables of one run.
 *
 * @param figures the figures of what is compared: variants by metrics
 * @param network the figures of the network alone
 * @param published what papers report, beside our figures of the same metric and variant
 * @param differences how variants differ on the same images: a table a metric
 * @param costs what each variant costs
 */
record RunTables(
    Table figures, Table network, Table published, List<Table> differences, Table costs) {
  /** With more metrics than this and than variants, metrics become rows. */
  private static final int MOST_COLUMNS = 5;

  static RunTables of(MeasuredRun run) {
    return new RunTables(figures(run), network(run), published(run), differences(run), costs(run));
  }

  /** All that are not empty, in the order of the report. */
  List<Table> all() {
    return Stream.of(Stream.of(figures, network, published), differences.stream(), Stream.of(costs))
        .flatMap(tables -> tables)
        .filter(table -> !table.isEmpty())
        .toList();
  }

  private static Table figures(MeasuredRun run) {
    List<Metric> metrics = run.comparingMetrics();
    List<Row> rows =
        run.variants().stream()
            .map(
                variant ->
                    new Row(
                        variant,
                        metrics.stream().map(metric -> cell(run, metric, variant)).toList()))
            .toList();
    Table table =
        new Table(
                "Figures",
                "Intervals of 95 % are the bootstrap's, over images. The best of a metric is"
                    + " marked 'best'; '≈ best' where the interval of the difference to it, on the"
                    + " same images, includes 0.",
                "Variant",
                metrics.stream().map(RunTables::heading).toList(),
                rows)
            .countedOnce();
    return metrics.size() > Math.max(MOST_COLUMNS, rows.size())
        ? table.transposed("Metric")
        : table;
  }

  private static Table network(MeasuredRun run) {
    return new Table(
        "The network alone",
        "",
        "Metric",
        List.of("Figure"),
        run.networkMetrics().stream()
            .map(metric -> new Row(heading(metric), List.of(cell(run, metric, ""))))
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

  private static Cell cell(MeasuredRun run, Metric metric, String variant) {
    return run.entry(metric, variant)
        .map(entry -> cell(entry, run.decimals(metric), mark(run, metric, variant)))
        .orElse(Cell.EMPTY);
  }

  static Cell cell(Summary.Entry entry, int decimals, String mark) {
    String count =
        entry.observations()
            + (entry.observations() == 1 ? " observation" : " observations")
            + (entry.undefined() > 0 ? ", " + entry.undefined() + " undefined" : "");
    return new Cell(
        entry.value() == null ? "undefined" : Digits.number(entry.value(), decimals),
        Digits.interval(entry.low(), entry.high(), decimals),
        mark,
        count,
        "");
  }

  private static String mark(MeasuredRun run, Metric metric, String variant) {
    Map<String, Double> values = new LinkedHashMap<>();
    run.variants(metric).stream()
        .filter(v -> run.entry(metric, v).get().value() != null)
        .forEach(v -> values.put(v, run.entry(metric, v).get().value()));
    if (metric.direction() == Direction.NEITHER
        || values.size() < 2
        || !values.containsKey(variant)) {
      return "";
    }
    Comparator<Map.Entry<String, Double>> rising = Map.Entry.comparingByValue();
    Map.Entry<String, Double> best =
        values.entrySet().stream()
            .min(metric.direction() == Direction.LOWER ? rising : rising.reversed())
            .get();
    if (values.get(variant).equals(best.getValue())) {
      return Cell.BEST;
    }
    return run.tally()
        .difference(MeasuredRun.name(metric, variant), MeasuredRun.name(metric, best.getKey()))
        .filter(d -> d.low() <= 0 && d.high() >= 0)
        .map(d -> "≈ best")
        .orElse("");
  }

  /** Whether an interval of a difference excludes 0. */
  static boolean isClear(Comparison c) {
    return c.low() != null && c.high() != null && (c.low() > 0 || c.high() < 0);
  }

  private static List<Table> differences(MeasuredRun run) {
    return run.comparingMetrics().stream()
        .map(
            metric ->
                differences(
                    metric,
                    "Variants",
                    run.summary().differences().stream()
                        .filter(c -> c.metric().equals(metric.name()))
                        .map(c -> new Pair(c.variant() + " less " + c.other(), c))
                        .toList(),
                    run.variants(metric).size() > Summary.MOST_PAIRED
                        ? " Of so many variants each is compared with the first alone."
                        : ""))
        .filter(table -> !table.isEmpty())
        .toList();
  }

  /**
   * Two that are compared.
   *
   * @param name the row's heading
   * @param comparison how they differ
   */
  record Pair(String name, Comparison comparison) {}

  /** A table of differences of one metric; a note is said behind how many there are. */
  static Table differences(Metric metric, String corner, List<Pair> pairs, String note) {
    List<Comparison> all = pairs.stream().map(Pair::comparison).toList();
    int decimals =
        Digits.of(
            metric.unit(),
            all.stream()
                .filter(c -> c.low() != null && c.high() != null)
                .map(c -> (c.high() - c.low()) / 2)
                .toList());
    long clear = all.stream().filter(RunTables::isClear).count();
    return new Table(
        "Differences in " + heading(metric),
        "%d of %d differ: their interval excludes 0.".formatted(clear, all.size()) + note,
        corner,
        List.of("Difference", "Images", "Reading"),
        pairs.stream()
            .map(pair -> new Row(pair.name(), cells(metric, pair.comparison(), decimals)))
            .toList());
  }

  private static List<Cell> cells(Metric metric, Comparison c, int decimals) {
    return List.of(
        Cell.number(
            c.value() == null ? "undefined" : Digits.number(c.value(), decimals),
            Digits.interval(c.low(), c.high(), decimals)),
        Cell.number(Integer.toString(c.images()), ""),
        Cell.text(reading(metric, c)));
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

  private static Table published(MeasuredRun run) {
    String ours =
        "This run (%s on %s)"
            .formatted(run.configuration().network().name(), run.configuration().data().name());
    return new Table(
        "Beside the literature",
        "The published figures are of the networks and images that their rows name, not of this"
            + " run's: read them as a scale.",
        "Figure",
        List.of("Published", "For", "Source", ours),
        beside(run).stream()
            .map(
                pair ->
                    new Row(
                        MeasuredRun.name(pair.metric(), pair.variant()),
                        List.of(
                            Cell.number(exactly(pair.published().value()).toPlainString(), ""),
                            Cell.text(pair.published().setting()),
                            Cell.text(pair.published().source()),
                            cell(
                                run.entry(pair.metric(), pair.variant()).get(),
                                run.decimals(pair.metric()),
                                ""))))
            .toList());
  }

  /**
   * A published figure and ours.
   *
   * @param published the published one
   * @param metric of both
   * @param variant of ours
   */
  record Beside(Published published, Metric metric, String variant) {}

  /** The published figures that the run has figures of its own of. */
  static List<Beside> beside(MeasuredRun run) {
    List<Beside> pairs = new ArrayList<>();
    for (Published published : run.configuration().published()) {
      for (Metric metric : run.configuration().metrics()) {
        if (metric.name().equals(published.metric())) {
          run.variants(metric).stream()
              .filter(variant -> isOf(published, variant))
              .forEach(variant -> pairs.add(new Beside(published, metric, variant)));
        }
      }
    }
    return pairs;
  }

  /** Whether a published figure is of a variant's method. */
  static boolean isOf(Published published, String variant) {
    return Variant.method(variant).equals(published.variant())
        || variant.equals(published.variant());
  }

  /** With as many decimals as the paper prints, but for zeros at the end. */
  static BigDecimal exactly(double published) {
    return BigDecimal.valueOf(published).stripTrailingZeros();
  }

  private static Table costs(MeasuredRun run) {
    List<Row> rows = new ArrayList<>();
    for (Cost cost : costsByVariant(run)) {
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
  static List<Cost> costsByVariant(MeasuredRun run) {
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
