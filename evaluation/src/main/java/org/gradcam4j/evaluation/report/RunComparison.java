package org.gradcam4j.evaluation.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.evaluation.metric.Tally;
import org.gradcam4j.evaluation.report.Table.Cell;
import org.gradcam4j.evaluation.report.Table.Row;
import org.gradcam4j.evaluation.run.ImageRecord;
import org.gradcam4j.evaluation.run.Summary.Comparison;

/** Several runs of one experiment, side by side. */
final class RunComparison {
  private final List<MeasuredRun> runs;

  RunComparison(List<MeasuredRun> runs) {
    this.runs = List.copyOf(runs);
  }

  /** All tables that are not empty. */
  List<Table> all() {
    return Stream.of(Stream.of(settings()), sideBySide().stream(), differences().stream())
        .flatMap(tables -> tables)
        .filter(table -> !table.isEmpty())
        .toList();
  }

  /** In what the runs' requests differ. */
  Table settings() {
    List<Map<String, String>> facts =
        runs.stream()
            .map(
                run ->
                    Facts.asked(run).stream()
                        .collect(
                            Collectors.toMap(
                                Facts.Fact::name,
                                Facts.Fact::value,
                                (a, b) -> a,
                                () -> (Map<String, String>) new LinkedHashMap<String, String>())))
            .toList();
    Set<String> names = new LinkedHashSet<>();
    facts.forEach(own -> names.addAll(own.keySet()));
    return new Table(
        "In what the runs differ",
        "",
        "Setting",
        labels(),
        names.stream()
            .filter(name -> facts.stream().map(own -> own.get(name)).distinct().count() > 1)
            .map(
                name ->
                    new Row(
                        name,
                        facts.stream().map(own -> Cell.text(own.getOrDefault(name, ""))).toList()))
            .toList());
  }

  /** A table a metric: variants by runs. */
  List<Table> sideBySide() {
    return metrics().stream().map(this::sideBySide).toList();
  }

  private Table sideBySide(Metric metric) {
    int decimals = runs.stream().mapToInt(run -> run.decimals(metric)).max().orElse(1);
    Table table =
        new Table(
            RunTables.heading(metric),
            onSameImages() ? "" : "The runs are not all of the same images.",
            "Variant",
            labels(),
            variants(metric).stream()
                .map(
                    variant ->
                        new Row(
                            variant.isEmpty() ? "the network alone" : variant,
                            runs.stream()
                                .map(
                                    run ->
                                        run.entry(metric, variant)
                                            .map(entry -> RunTables.cell(entry, decimals, ""))
                                            .orElse(Cell.EMPTY))
                                .toList()))
                .toList());
    return table.countedOnce();
  }

  private boolean onSameImages() {
    return runs.stream().map(run -> run.configuration().data().sha256()).distinct().count() == 1;
  }

  /** What all runs define alike. */
  List<Metric> metrics() {
    return runs.get(0).configuration().metrics().stream()
        .filter(m -> runs.stream().allMatch(run -> run.configuration().metrics().contains(m)))
        .filter(m -> !variants(m).isEmpty())
        .toList();
  }

  List<String> variants(Metric metric) {
    return runs.stream().flatMap(run -> run.variants(metric).stream()).distinct().toList();
  }

  private List<String> labels() {
    return runs.stream().map(MeasuredRun::label).toList();
  }

  /**
   * How two runs' figures of one metric and variant differ on the images that both measured: a
   * table a metric. Of several runs, each is compared with the first.
   */
  List<Table> differences() {
    Map<Metric, List<RunTables.Pair>> byMetric = new LinkedHashMap<>();
    for (MeasuredRun other : runs.subList(1, runs.size())) {
      MeasuredRun first = runs.get(0);
      if (Objects.equals(
          first.configuration().data().name(), other.configuration().data().name())) {
        compare(first, other, byMetric);
      }
    }
    return byMetric.entrySet().stream()
        .map(entry -> RunTables.differences(entry.getKey(), "Runs", entry.getValue(), ""))
        .filter(table -> !table.isEmpty())
        .toList();
  }

  private void compare(
      MeasuredRun first, MeasuredRun other, Map<Metric, List<RunTables.Pair>> byMetric) {
    Tally both = both(first, other);
    for (Metric metric : metrics()) {
      if (metric.direction() == Direction.NEITHER) {
        continue;
      }
      for (String variant : first.variants(metric)) {
        if (other.variants(metric).contains(variant)) {
          both.difference(figure(metric, 0, variant), figure(metric, 1, variant))
              .map(d -> pair(metric, first.label(), other.label(), variant, d))
              .ifPresent(c -> byMetric.computeIfAbsent(metric, m -> new ArrayList<>()).add(c));
        }
      }
    }
  }

  private static RunTables.Pair pair(
      Metric metric, String first, String other, String variant, Tally.Difference d) {
    return new RunTables.Pair(
        (variant.isEmpty() ? "" : variant + ": ") + first + " less " + other,
        new Comparison(
            metric.name(),
            first,
            other,
            finite(d.value()),
            finite(d.low()),
            finite(d.high()),
            d.images()));
  }

  private static Double finite(double value) {
    return Double.isNaN(value) ? null : value;
  }

  /** What both runs observed of the images that both measured, variants marked by the run. */
  private static Tally both(MeasuredRun first, MeasuredRun other) {
    Map<String, ImageRecord> others =
        other.measured().stream().collect(Collectors.toMap(ImageRecord::image, r -> r));
    Tally tally = new Tally(first.configuration().metrics());
    Set<String> known =
        first.configuration().metrics().stream().map(Metric::name).collect(Collectors.toSet());
    for (ImageRecord record : first.measured()) {
      Optional.ofNullable(others.get(record.image()))
          .ifPresent(
              same ->
                  tally.add(
                      record.image(),
                      Stream.concat(marked(record, 0), marked(same, 1))
                          .filter(o -> known.contains(o.metric()))
                          .toList()));
    }
    return tally;
  }

  private static Stream<Observation> marked(ImageRecord record, int run) {
    return record.observations().stream()
        .map(o -> new Observation(o.metric(), run + ":" + o.variant(), o.group(), o.values()));
  }

  private static String figure(Metric metric, int run, String variant) {
    return metric.name() + "/" + run + ":" + variant;
  }
}
