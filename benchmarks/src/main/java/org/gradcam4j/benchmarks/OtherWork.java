package org.gradcam4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How much of the machine went elsewhere while the benchmarks ran, which makes times of threads
 * that wait for each other useless: known on Linux alone.
 */
final class OtherWork {
  /** Below this share nothing is said. */
  private static final double NOTEWORTHY = 0.03;

  /**
   * What all cores did since the machine started, in ticks.
   *
   * @param busy of which this machine's processes had
   * @param stolen of which other machines on the same host had
   * @param all with idleness
   */
  record Ticks(double busy, double stolen, double all) {
    /** From the first line of {@code /proc/stat}. */
    static Ticks parse(String line) {
      String[] fields = line.strip().split("\\s+");
      double[] ticks = new double[8];
      for (int i = 0; i < ticks.length; i++) {
        ticks[i] = Double.parseDouble(fields[i + 1]);
      }
      // user, nice, system, idle, waiting for disks, interrupts, soft ones, stolen
      double busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6];
      return new Ticks(busy, ticks[7], busy + ticks[3] + ticks[4] + ticks[7]);
    }

    static Optional<Ticks> now() {
      try {
        return Optional.of(parse(Files.readAllLines(Path.of("/proc/stat")).get(0)));
      } catch (IOException | RuntimeException e) {
        return Optional.empty();
      }
    }
  }

  private final Optional<Ticks> start = Ticks.now();
  private final long startNanoseconds = System.nanoTime();
  private Duration own =
      ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).negated();

  /** Adds what a process of the benchmarks has had. */
  void add(Duration cpu) {
    own = own.plus(cpu);
  }

  /** What went elsewhere, if it is worth a remark. */
  Optional<String> remark() {
    Optional<Ticks> end = Ticks.now();
    if (start.isEmpty() || end.isEmpty()) {
      return Optional.empty();
    }
    double seconds = (System.nanoTime() - startNanoseconds) / 1e9;
    Duration now = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    int cores = Runtime.getRuntime().availableProcessors();
    return remark(start.get(), end.get(), own.plus(now).toMillis() / 1e3 / (seconds * cores));
  }

  /**
   * The remark.
   *
   * @param ownShare the share of all cores that the benchmarks' processes had
   */
  static Optional<String> remark(Ticks start, Ticks end, double ownShare) {
    double all = end.all() - start.all();
    double others = (end.busy() - start.busy()) / all - ownShare;
    double stolen = (end.stolen() - start.stolen()) / all;
    if (Math.max(others, stolen) < NOTEWORTHY) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "the machine was not alone: other processes had %.0f%% of it, other machines on its host"
                + " %.0f%%",
            100 * Math.max(0, others),
            100 * stolen));
  }
}
