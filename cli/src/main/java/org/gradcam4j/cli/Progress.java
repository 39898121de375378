package org.gradcam4j.cli;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * How far long work is and when it will end, on one line of a terminal or now and then in a log;
 * silent for what is short.
 */
final class Progress {
  private static final long FIRST_NANOS = 2_000_000_000L;
  private final PrintWriter out;
  private final String what;
  private final boolean terminal = System.console() != null;
  private final long start = System.nanoTime();
  private long last = start;
  private boolean shown;

  Progress(PrintWriter out, String what) {
    this.out = out;
    this.what = what;
  }

  /** Tells how much of the work is done, 0 to 1, and a word about it. */
  void at(double share, String word) {
    long now = System.nanoTime();
    long pause = terminal ? 200_000_000L : 10_000_000_000L;
    if (now - start < FIRST_NANOS || now - last < pause || share <= 0) {
      return;
    }
    last = now;
    shown = true;
    Duration left = Duration.ofNanos((long) ((now - start) * (1 - share) / share));
    String line =
        "%s: %3.0f%% %s, %d:%02d left"
            .formatted(what, 100 * share, word, left.toMinutes(), left.toSecondsPart());
    if (terminal) {
      out.print("\r\u001b[K" + line);
    } else {
      out.print(line + System.lineSeparator());
    }
    out.flush();
  }

  /** Clears the line. */
  void end() {
    if (shown && terminal) {
      out.print("\r\u001b[K");
      out.flush();
    }
  }
}
