package org.gradcam4j.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gradcam4j.benchmarks.Source.Timing;

/** How long the rest will take: as before, or where there was no before, as such things do. */
final class TimeLeft {
  private final Effort effort;
  private final Map<Timing, Integer> turns = new HashMap<>();
  private final Map<Timing, Double> seen = new HashMap<>();
  private double guessed;
  private double passed;

  TimeLeft(Effort effort) {
    this.effort = effort;
  }

  /** Adds what is to come. */
  void expect(List<Timing> timings) {
    timings.forEach(timing -> turns.put(timing, effort.rounds(timing.cost())));
  }

  /** A turn is over. */
  void took(Timing timing, double seconds) {
    // The first turn makes and checks networks, the later ones tell more.
    seen.put(timing, seconds);
    turns.merge(timing, -1, Integer::sum);
    guessed += effort.expectedSeconds(timing.cost());
    passed += seconds;
  }

  double seconds() {
    double scale = guessed == 0 ? 1 : passed / guessed;
    return turns.entrySet().stream()
        .mapToDouble(
            turn ->
                turn.getValue()
                    * seen.getOrDefault(
                        turn.getKey(), scale * effort.expectedSeconds(turn.getKey().cost())))
        .sum();
  }
}
