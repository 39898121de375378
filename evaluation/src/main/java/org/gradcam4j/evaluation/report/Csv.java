package org.gradcam4j.evaluation.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.run.Summary;

/** Figures as comma-separated values (RFC 4180), unrounded: a line a figure. */
final class Csv {
  private Csv() {}

  static String figures(List<MeasuredRun> runs) {
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            "run",
            "experiment",
            "network",
            "data",
            "metric",
            "variant",
            "unit",
            "direction",
            "value",
            "low",
            "high",
            "observations",
            "images",
            "undefined"));
    for (MeasuredRun run : runs) {
      for (Metric metric : run.configuration().metrics()) {
        for (String variant : run.variants(metric)) {
          Summary.Entry e = run.entry(metric, variant).get();
          lines.add(
              line(
                  run.label(),
                  run.configuration().experiment(),
                  run.configuration().network().name(),
                  run.configuration().data().name(),
                  metric.name(),
                  variant,
                  e.unit(),
                  e.direction(),
                  e.value(),
                  e.low(),
                  e.high(),
                  e.observations(),
                  e.images(),
                  e.undefined()));
        }
      }
    }
    return String.join("", lines);
  }

  static String published(List<MeasuredRun> runs) {
    List<String> lines = new ArrayList<>();
    lines.add(line("run", "experiment", "metric", "variant", "value", "published", "of", "source"));
    for (MeasuredRun run : runs) {
      for (RunTables.Beside pair : RunTables.beside(run)) {
        lines.add(
            line(
                run.label(),
                run.configuration().experiment(),
                pair.metric().name(),
                pair.variant(),
                run.entry(pair.metric(), pair.variant()).get().value(),
                pair.published().value(),
                pair.published().setting(),
                pair.published().source()));
      }
    }
    return String.join("", lines);
  }

  static String differences(List<MeasuredRun> runs) {
    List<String> lines = new ArrayList<>();
    lines.add(
        line("run", "experiment", "metric", "variant", "other", "value", "low", "high", "images"));
    for (MeasuredRun run : runs) {
      for (Summary.Comparison c : run.summary().differences()) {
        lines.add(
            line(
                run.label(),
                run.configuration().experiment(),
                c.metric(),
                c.variant(),
                c.other(),
                c.value(),
                c.low(),
                c.high(),
                c.images()));
      }
    }
    return String.join("", lines);
  }

  static String costs(List<MeasuredRun> runs) {
    List<String> lines = new ArrayList<>();
    lines.add(line("run", "experiment", "variant", "median_ms", "p10_ms", "p90_ms", "images"));
    for (MeasuredRun run : runs) {
      for (RunTables.Cost cost : RunTables.costsByVariant(run)) {
        lines.add(
            line(
                run.label(),
                run.configuration().experiment(),
                cost.variant(),
                cost.quantile(50),
                cost.quantile(10),
                cost.quantile(90),
                cost.milliseconds().length));
      }
    }
    return String.join("", lines);
  }

  private static String line(Object... values) {
    return Arrays.stream(values)
            .map(value -> value == null ? "" : quoted(value.toString()))
            .collect(Collectors.joining(","))
        + "\r\n";
  }

  private static String quoted(String text) {
    return text.matches("(?s).*[\",\\r\\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
