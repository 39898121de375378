package org.gradcam4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The process's resident memory (Linux) since the first look. */
final class Resident {
  private long first = -1;
  private long least = Long.MAX_VALUE;
  private long most;

  /** Looks once more, and returns megabytes. */
  long look() throws IOException {
    long now = kilobytes();
    first = first < 0 ? now : first;
    least = Math.min(least, now);
    most = Math.max(most, now);
    return now / 1024;
  }

  /** {@code between -0.2% and +1.3% of 812 MB}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "between %+.1f%% and %+.1f%% of %,d MB",
        100.0 * (least - first) / first,
        100.0 * (most - first) / first,
        first / 1024);
  }

  private static long kilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
