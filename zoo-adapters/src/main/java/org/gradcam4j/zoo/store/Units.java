package org.gradcam4j.zoo.store;

import java.time.Duration;
import java.util.Locale;

/** Amounts, for people. */
final class Units {
  private Units() {}

  /** {@code 97.8 MB} of 2^20 bytes each; small amounts as {@code 512 bytes}. */
  static String bytes(long bytes) {
    return bytes < 1 << 16
        ? bytes + " bytes"
        : String.format(Locale.ROOT, "%.1f MB", bytes / (double) (1 << 20));
  }

  /** {@code 0.5 s}, {@code 30 s}. */
  static String seconds(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    return String.format(Locale.ROOT, seconds == Math.rint(seconds) ? "%.0f s" : "%.1f s", seconds);
  }
}
