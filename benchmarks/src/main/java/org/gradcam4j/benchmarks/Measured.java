package org.gradcam4j.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.gradcam4j.benchmarks.Source.Timing;
import org.gradcam4j.benchmarks.roofline.Peak;
import org.openjdk.jmh.results.RunResult;

/**
 * What a run of the benchmarks found.
 *
 * @param peak what the machine can do
 * @param rounds round by round the milliseconds of one item of each source
 * @param failures for each timing that failed, why
 * @param results JMH's own, the rounds of a benchmark as its forks
 * @param remarks what the reader has to know: libraries and their threads, what was left out
 */
record Measured(
    Peak peak,
    List<Map<Source, Double>> rounds,
    Map<Timing, String> failures,
    List<RunResult> results,
    List<String> remarks) {

  /** Milliseconds of one item; empty where it was not measured. */
  Optional<Spread> milliseconds(Source source) {
    return spread(Quantity.of("", source));
  }

  /** Milliseconds of one item; empty where it was not measured. */
  Optional<Spread> spread(Quantity quantity) {
    double[] values =
        rounds.stream()
            .map(quantity::in)
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .toArray();
    return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
  }
}
