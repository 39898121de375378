package org.gradcam4j.evaluation.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Tally;
import org.gradcam4j.evaluation.run.ImageRecord;
import org.gradcam4j.evaluation.run.Run;
import org.gradcam4j.evaluation.run.RunConfiguration;
import org.gradcam4j.evaluation.run.RunFolder;
import org.gradcam4j.evaluation.run.Summary;

/**
 * A run with its figures.
 *
 * @param label what a reader knows it by, no other run of the report has it
 * @param run the run
 * @param tally what was observed
 * @param summary its figures
 */
record MeasuredRun(String label, Run run, Tally tally, Summary summary) {
  /**
   * Reads a run.
   *
   * @throws IOException with one line, if the folder holds none or a damaged one
   */
  static MeasuredRun read(String label, Path folder) throws IOException {
    Run run = RunFolder.read(folder);
    return new MeasuredRun(label, run, run.tally(), run.summary());
  }

  RunConfiguration configuration() {
    return run.configuration();
  }

  List<ImageRecord> measured() {
    return run.records().stream().filter(ImageRecord::measured).toList();
  }

  /** The variants that a metric has figures of, in the order of tables; "" is the network alone. */
  List<String> variants(Metric metric) {
    String prefix = metric.name() + "/";
    List<String> named =
        summary.figures().keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .toList();
    Summary.Entry alone = summary.figures().get(metric.name());
    // Where a metric has one variant, its figure bears the metric's name too.
    boolean again =
        named.size() == 1 && Objects.equals(alone, summary.figures().get(prefix + named.get(0)));
    List<String> variants = new ArrayList<>();
    if (alone != null && !again) {
      variants.add("");
    }
    variants.addAll(named);
    return variants;
  }

  Optional<Summary.Entry> entry(Metric metric, String variant) {
    return variants(metric).contains(variant)
        ? Optional.of(summary.figures().get(name(metric, variant)))
        : Optional.empty();
  }

  static String name(Metric metric, String variant) {
    return variant.isEmpty() ? metric.name() : metric.name() + "/" + variant;
  }

  /** The decimals of a metric's figures. */
  int decimals(Metric metric) {
    return Digits.of(
        metric.unit(),
        variants(metric).stream()
            .map(variant -> summary.figures().get(name(metric, variant)))
            .filter(entry -> entry.low() != null && entry.high() != null)
            .map(entry -> (entry.high() - entry.low()) / 2)
            .toList());
  }

  /** The metrics that have figures of variants. */
  List<Metric> comparingMetrics() {
    return metrics().filter(metric -> !variants(metric).equals(List.of(""))).toList();
  }

  /** The metrics that have a figure of the network alone. */
  List<Metric> networkMetrics() {
    return metrics().filter(metric -> variants(metric).contains("")).toList();
  }

  private Stream<Metric> metrics() {
    return configuration().metrics().stream().filter(metric -> !variants(metric).isEmpty());
  }

  /** Every variant that a metric has a figure of, in the order of tables. */
  List<String> variants() {
    List<String> found =
        comparingMetrics().stream()
            .flatMap(metric -> variants(metric).stream())
            .distinct()
            .toList();
    return Stream.concat(
            configuration().variants().stream().filter(found::contains),
            found.stream().filter(variant -> !configuration().variants().contains(variant)))
        .filter(variant -> !variant.isEmpty())
        .distinct()
        .toList();
  }
}
