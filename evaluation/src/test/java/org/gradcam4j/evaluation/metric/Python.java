package org.gradcam4j.evaluation.metric;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A second opinion: Python with SciPy, where it is installed. */
final class Python {
  private Python() {}

  /**
   * Runs a script on lines of input.
   *
   * @return what it prints, a row of numbers a line
   */
  static List<double[]> run(String script, List<String> input)
      throws IOException, InterruptedException {
    if (!hasScipy()) {
      System.out.println("skipped: no python3 with scipy (Debian: python3-scipy)");
      Assumptions.abort("no python3 with scipy");
    }
    Process process =
        new ProcessBuilder("python3", "-W", "ignore", "-c", script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Thread writer = new Thread(() -> write(process, input));
    writer.start();
    List<double[]> rows;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      rows =
          reader
              .lines()
              .map(line -> Arrays.stream(line.split(" ")).mapToDouble(Python::number).toArray())
              .toList();
    }
    writer.join();
    if (process.waitFor() != 0) {
      throw new IOException("the script failed");
    }
    return rows;
  }

  /** Numbers as a line of input. */
  static String line(float[] values) {
    StringBuilder line = new StringBuilder();
    for (float value : values) {
      line.append(value).append(' ');
    }
    return line.toString();
  }

  private static void write(Process process, List<String> input) {
    try (BufferedWriter writer =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8))) {
      for (String line : input) {
        writer.write(line);
        writer.newLine();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double number(String text) {
    return text.equals("nan") ? Double.NaN : Double.parseDouble(text);
  }

  private static boolean hasScipy() throws InterruptedException {
    try {
      return new ProcessBuilder("python3", "-c", "import scipy")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
