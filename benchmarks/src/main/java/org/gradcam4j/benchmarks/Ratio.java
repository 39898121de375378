package org.gradcam4j.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A line of the table: one time over another of the same round.
 *
 * @param subject the network's id, or what else it is about
 * @param group lines that belong together
 * @param over the time above
 * @param under the time below
 * @param form how it is written
 * @param limit what it is held to, if to anything
 */
record Ratio(
    String subject, String group, Quantity over, Quantity under, Form form, Optional<Limit> limit) {
  /** How a ratio is written. */
  enum Form {
    /** {@code 0.82}. */
    RATIO,
    /** {@code 4.5x}: how many times faster. */
    TIMES,
    /** {@code 83 %}. */
    SHARE
  }

  /** Shares of the roofline are {@code SHARE}, the rest is a plain ratio without limit. */
  Ratio(String subject, String group, Quantity over, Quantity under, Form form) {
    this(subject, group, over, under, form, Optional.empty());
  }

  /** {@code forward / libtorch forward}. */
  String name() {
    return over.name() + " / " + under.name();
  }

  /** Whether all words occur in subject, group and name. */
  boolean matches(List<String> words) {
    String text = (subject + " " + group + " " + name()).toLowerCase(Locale.ROOT);
    return words.stream().allMatch(word -> text.contains(word.toLowerCase(Locale.ROOT)));
  }

  /** What it needs. */
  Stream<Source> sources() {
    return Stream.concat(over.sources().stream(), under.sources().stream());
  }

  /**
   * The ratio in each round in which both times were measured, apart.
   *
   * @return empty if there is no such round
   */
  Optional<Spread> spread(List<Map<Source, Double>> rounds) {
    double[] values =
        rounds.stream()
            .filter(round -> over.in(round).isPresent() && under.in(round).isPresent())
            .mapToDouble(round -> over.in(round).getAsDouble() / under.in(round).getAsDouble())
            .toArray();
    return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
  }
}
