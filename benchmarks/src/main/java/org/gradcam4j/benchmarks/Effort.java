package org.gradcam4j.benchmarks;

import org.gradcam4j.benchmarks.Source.Cost;
import org.gradcam4j.benchmarks.Source.Timing;
import org.gradcam4j.benchmarks.process.JmhTask;

/**
 * How often and how long things are timed.
 *
 * @param quick whether it has to end within minutes
 * @param rounds how often a benchmark of tens of milliseconds gets its turn; longer ones, and the
 *     many kernels, a third as often. Such a short one varies most, and many short turns average a
 *     drifting machine better than a few long ones
 */
record Effort(boolean quick, int rounds) {
  private static final int QUICK_ROUNDS = 7;
  private static final int ROUNDS = 15;

  static Effort quickly() {
    return new Effort(true, QUICK_ROUNDS);
  }

  static Effort thoroughly() {
    return new Effort(false, ROUNDS);
  }

  /** The rounds in which a benchmark of that cost has its turn. */
  int rounds(Cost cost) {
    int third = (rounds + 2) / 3;
    return switch (cost) {
      case LIGHT -> rounds;
      case SHORT, MEDIUM -> third;
      case HEAVY -> quick ? 1 : third;
      case SLOW -> 1;
    };
  }

  private int iterations(Cost cost) {
    return switch (cost) {
      case LIGHT -> 2;
      case SHORT, MEDIUM -> quick ? 3 : 5;
      case HEAVY, SLOW -> 1;
    };
  }

  /** Heavy ones have run when their result was checked. */
  private int warmups(Cost cost) {
    return switch (cost) {
      case SHORT, LIGHT, MEDIUM -> 1;
      case HEAVY, SLOW -> 0;
    };
  }

  /** How long an iteration lasts; at least one operation. */
  long milliseconds(Cost cost) {
    return switch (cost) {
      case SHORT -> 50;
      case LIGHT -> quick ? 100 : 200;
      case MEDIUM, HEAVY -> quick ? 200 : 400;
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
          case LIGHT -> 0.2;
          case MEDIUM -> 0.5;
          case HEAVY -> 3;
          case SLOW -> 30;
        };
  }
}
