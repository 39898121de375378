package org.gradcam4j.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * Says how far long work is and how long it will still take: on a terminal in one line that changes
 * after two seconds, elsewhere a line every half minute.
 */
final class Progress implements AutoCloseable {
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration ON_TERMINAL = Duration.ofMillis(200);
  private static final Duration ELSEWHERE = Duration.ofSeconds(30);

  private final PrintWriter err;
  private final String what;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long next;
  private int shown;

  /** Starts the clock; what is done, "explaining". */
  Progress(PrintWriter err, String what) {
    // The launcher knows: Java cannot ask about the error stream alone.
    this(err, what, Boolean.getBoolean("gradcam.terminal"));
  }

  Progress(PrintWriter err, String what, boolean terminal) {
    this.err = err;
    this.what = what;
    this.terminal = terminal;
    this.next = start + (terminal ? QUIET : ELSEWHERE).toNanos();
  }

  /** Shows the share of the work that is done, 0 to 1, with a remark such as an image's name. */
  synchronized void show(double share, String remark) {
    long now = System.nanoTime();
    if (now < next) {
      return;
    }
    next = now + (terminal ? ON_TERMINAL : ELSEWHERE).toNanos();
    String line = line(what, share, Duration.ofNanos(now - start), remark);
    if (!terminal) {
      err.println("gradcam: " + line);
      return;
    }
    String shortened = line.length() > 79 ? line.substring(0, 79) : line;
    err.print("\r" + shortened + " ".repeat(Math.max(0, shown - shortened.length())));
    err.flush();
    shown = shortened.length();
  }

  /** {@code explaining 42%, 1 min 5 s left, cat.png}. */
  static String line(String what, double share, Duration passed, String remark) {
    String line = what + " " + String.format(Locale.ROOT, "%.0f%%", 100 * share);
    if (share > 0) {
      line += ", " + time(Math.round(passed.toMillis() / 1000.0 * (1 - share) / share)) + " left";
    }
    return remark.isEmpty() ? line : line + ", " + remark;
  }

  private static String time(long seconds) {
    if (seconds >= 3600) {
      return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
    return seconds >= 60 ? seconds / 60 + " min " + seconds % 60 + " s" : seconds + " s";
  }

  /** Prints a line of its own above the progress. */
  void println(String line) {
    println(err, line);
  }

  /** Prints a line elsewhere on the same terminal. */
  synchronized void println(PrintWriter to, String line) {
    close();
    to.println(line);
  }

  /** Wipes the line. */
  @Override
  public synchronized void close() {
    if (shown > 0) {
      err.print("\r" + " ".repeat(shown) + "\r");
      err.flush();
      shown = 0;
    }
  }
}
