package org.gradcam4j.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gradcam4j.benchmarks.Source.Timing;

/**
 * A ratio and what was found.
 *
 * @param ratio the ratio
 * @param value in the rounds; empty if it failed
 * @param over milliseconds above
 * @param under milliseconds below
 * @param failure why it failed, if it did
 */
record Line(
    Ratio ratio,
    Optional<Spread> value,
    Optional<Spread> over,
    Optional<Spread> under,
    String failure) {

  /** The ratios that were measured, or failed; the machine may not have what the others need. */
  static List<Line> of(List<Ratio> ratios, Measured measured) {
    return ratios.stream()
        .map(ratio -> of(ratio, measured))
        .filter(line -> line.value().isPresent() || !line.failure().isEmpty())
        .toList();
  }

  private static Line of(Ratio ratio, Measured measured) {
    Map<Timing, String> failures = measured.failures();
    String failure =
        ratio
            .sources()
            .filter(Timing.class::isInstance)
            .map(failures::get)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse("");
    return new Line(
        ratio,
        failure.isEmpty() ? ratio.spread(measured.rounds()) : Optional.empty(),
        measured.spread(ratio.over()),
        measured.spread(ratio.under()),
        failure);
  }

  /** The median as its form says. */
  String median() {
    return value.map(spread -> written(spread.median())).orElse("failed");
  }

  /** The least and the largest; empty where there was one round. */
  String range() {
    return value
        .filter(spread -> spread.rounds() > 1)
        .map(spread -> written(spread.least()) + ".." + written(spread.most()))
        .orElse("");
  }

  /** {@code <= 0.80}. */
  String limit() {
    return ratio
        .limit()
        .map(limit -> (limit.most() ? "<= " : ">= ") + written(limit.value()))
        .orElse("");
  }

  /** Whether the median keeps the limit; empty without either. */
  Optional<Boolean> isMet() {
    return ratio.limit().flatMap(limit -> value.map(spread -> limit.isMetBy(spread.median())));
  }

  /** {@code met} or {@code missed}. */
  String verdict() {
    return isMet().map(met -> met ? "met" : "missed").orElse("");
  }

  /** {@code 117.2 / 165.0}. */
  String milliseconds() {
    return over.isPresent() && under.isPresent()
        ? milliseconds(over.get().median()) + " / " + milliseconds(under.get().median())
        : "";
  }

  /** Three digits at least. */
  static String milliseconds(double value) {
    String format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  private String written(double number) {
    return written(ratio.form(), number);
  }

  static String written(Ratio.Form form, double number) {
    return switch (form) {
      case RATIO -> String.format(Locale.ROOT, "%.2f", number);
      case TIMES -> String.format(Locale.ROOT, "%.1fx", number);
      case SHARE -> String.format(Locale.ROOT, "%.0f%%", 100 * number);
    };
  }
}
