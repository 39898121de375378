package org.gradcam4j.benchmarks;

import java.io.PrintStream;

/** What is being timed and how long the rest will take, on a terminal in one line that changes. */
final class Progress implements AutoCloseable {
  private static final int WIDTH = 79;
  private static final long ELSEWHERE_NANOSECONDS = 30_000_000_000L;

  private final PrintStream err;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long next = start;
  private int shown;

  Progress(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** Shows what comes next, and after how many seconds everything will be done. */
  void show(double secondsLeft, String what) {
    long now = System.nanoTime();
    String line = line((now - start) / 1e9, secondsLeft, what);
    if (terminal) {
      String shortened = line.length() > WIDTH ? line.substring(0, WIDTH) : line;
      err.print("\r" + shortened + " ".repeat(Math.max(0, shown - shortened.length())));
      err.flush();
      shown = shortened.length();
    } else if (now >= next) {
      next = now + ELSEWHERE_NANOSECONDS;
      err.println("benchmarks: " + line);
    }
  }

  /** {@code 42%, 3 min 5 s left: vgg16, forward, round 2 of 5}; without a guess the rest alone. */
  static String line(double secondsPassed, double secondsLeft, String what) {
    if (secondsLeft <= 0) {
      return what;
    }
    long left = Math.round(secondsLeft);
    return "%d%%, %s%d s left: %s"
        .formatted(
            (long) (100 * secondsPassed / (secondsPassed + secondsLeft)),
            left >= 60 ? left / 60 + " min " : "",
            left % 60,
            what);
  }

  /** A line that stays. */
  void println(String line) {
    close();
    err.println("benchmarks: " + line);
  }

  /** Wipes the line that changes. */
  @Override
  public void close() {
    if (shown > 0) {
      err.print("\r" + " ".repeat(shown) + "\r");
      err.flush();
      shown = 0;
    }
  }
}
