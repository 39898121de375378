package org.gradcam4j.benchmarks;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The table of ratios on a terminal. */
final class TextReport {
  /** What a reader has to know to read the numbers. */
  static final List<String> NOTES =
      List.of(
          "A ratio is formed inside a round; the table has the median of the rounds and their range.",
          "Milliseconds are of one image, of one position of an occlusion, of one call of a kernel.",
          "libtorch's images lie in its memory before the clock starts; ours are copied from the heap.",
          "Whole inference of covered images is counted without making these images.",
          "Roofline: for each convolution and product the longer of its multiplications and additions"
              + " at the peak and of its parameters' way from memory, all else free. The count is that"
              + " of the direct sum: Winograd's algorithm needs fewer, so a share can exceed 100%.");

  private TextReport() {}

  static void print(PrintWriter out, Measured measured, List<Line> lines) {
    out.println(Machine.describe());
    out.println(peak(measured));
    measured.remarks().forEach(out::println);
    String subject = "";
    String group = "";
    List<List<String>> rows = new ArrayList<>();
    for (Line line : lines) {
      if (!line.ratio().subject().equals(subject)) {
        subject = line.ratio().subject();
        group = "";
        rows.add(List.of());
        rows.add(List.of(subject, "median", "range", "limit", "", "ms"));
      }
      if (!line.ratio().group().equals(group)) {
        group = line.ratio().group();
        rows.add(List.of(" " + group));
      }
      rows.add(row(line));
    }
    printColumns(out, rows);
    out.println();
    NOTES.forEach(out::println);
    out.println();
    out.println(summary(lines));
  }

  private static List<String> row(Line line) {
    return List.of(
        "   " + line.ratio().name(),
        line.median(),
        line.range(),
        line.limit(),
        line.verdict(),
        line.failure().isEmpty() ? line.milliseconds() : line.failure());
  }

  static String peak(Measured measured) {
    return String.format(
        Locale.ROOT,
        "peak: %.0f GFLOP/s (best of ten 4096x4096 products in single precision), %.1f GB/s (best of"
            + " ten copies of 256 MB, read and write)",
        measured.peak().operationsPerSecond() / 1e9,
        measured.peak().bytesPerSecond() / 1e9);
  }

  /** How many limits were met, and which were not. */
  static String summary(List<Line> lines) {
    long met = lines.stream().filter(line -> line.isMet().orElse(false)).count();
    List<String> missed =
        lines.stream()
            .filter(line -> !line.isMet().orElse(true))
            .map(
                line ->
                    "%s %s %s %s"
                        .formatted(
                            line.ratio().subject(),
                            line.ratio().name(),
                            line.median(),
                            line.limit()))
            .toList();
    long failed = lines.stream().filter(line -> !line.failure().isEmpty()).count();
    StringBuilder summary = new StringBuilder("limits: " + met + " met, ");
    summary.append(missed.size()).append(" missed");
    missed.forEach(line -> summary.append("\n  missed: ").append(line));
    if (failed > 0) {
      summary.append("\n").append(failed).append(" lines failed");
    }
    return summary.toString();
  }

  /** The first column to the left, numbers to the right. */
  private static void printColumns(PrintWriter out, List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths =
        IntStream.range(0, columns)
            .map(
                c ->
                    rows.stream()
                        .filter(row -> row.size() == columns && c < columns - 1)
                        .mapToInt(row -> row.get(c).length())
                        .max()
                        .orElse(0))
            .toArray();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        String blanks = " ".repeat(Math.max(0, widths[c] - row.get(c).length()));
        boolean right = c == 1 || c == 2;
        line.append(right ? blanks + row.get(c) : row.get(c) + blanks).append("  ");
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
