package org.gradcam4j.benchmarks;

import org.gradcam4j.benchmarks.Source.Cost;
import org.gradcam4j.benchmarks.Source.Timing;
import org.gradcam4j.benchmarks.process.JmhTask;

/**
 * How often and how long things are timed.
 *
 * @param quick whether it has to end within minutes
 * @param rounds how often each benchmark gets its turn
 */
record Effort(boolean quick, int rounds) {
  private static final int QUICK_ROUNDS = 3;
  private static final int ROUNDS = 5;

  static Effort quickly() {
    return new Effort(true, QUICK_ROUNDS);
  }

  static Effort thoroughly() {
    return new Effort(false, ROUNDS);
  }

  /** The rounds in which a benchmark of that cost has its turn. */
  int rounds(Cost cost) {
    return switch (cost) {
      case SHORT, LIGHT -> rounds;
      case HEAVY -> quick ? 1 : rounds;
      case SLOW -> 1;
    };
  }

  private int iterations(Cost cost) {
    return switch (cost) {
      case SHORT, LIGHT -> quick ? 3 : 5;
      case HEAVY, SLOW -> 1;
    };
  }

  /** Heavy ones have run when their result was checked. */
  private int warmups(Cost cost) {
    return switch (cost) {
      case SHORT, LIGHT -> 1;
      case HEAVY, SLOW -> 0;
    };
  }

  /** How long an iteration lasts; at least one operation. */
  long milliseconds(Cost cost) {
    return switch (cost) {
      case SHORT -> 50;
      case LIGHT, HEAVY -> quick ? 200 : 400;
      case SLOW -> 1;
    };
  }

  JmhTask task(Timing timing) {
    Cost cost = timing.cost();
    return new JmhTask(
        timing.benchmark(),
        timing.parameters(),
        warmups(cost),
        iterations(cost),
        milliseconds(cost));
  }

  /** About how many seconds a turn takes, before it has been seen. */
  double expectedSeconds(Cost cost) {
    return (warmups(cost) + iterations(cost)) * milliseconds(cost) / 1e3
        + switch (cost) {
          case SHORT -> 0.3;
          case LIGHT -> 0.5;
          case HEAVY -> 3;
          case SLOW -> 30;
        };
  }
}
