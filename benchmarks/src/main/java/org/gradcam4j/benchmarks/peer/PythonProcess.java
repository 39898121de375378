package org.gradcam4j.benchmarks.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** The script that computes Grad-CAM in Python by a full backward pass, and times itself. */
public final class PythonProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCRIPT = "grad_cam.py";
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final PrintStream requests;
  private final BufferedReader answers;
  private final Thread atExit;

  /** PyTorch's version; empty where there is no such Python, or it has no PyTorch. */
  public static Optional<String> version(String python) {
    try {
      Process process =
          new ProcessBuilder(python, "-c", "import torch; print(torch.__version__)")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      String version =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.exitValue() == 0 ? Optional.of(version) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /**
   * Starts the script, which makes the network and checks its map.
   *
   * @throws IOException if it ends, with the last line that it wrote
   */
  public PythonProcess(String python, String network) throws IOException {
    process = new ProcessBuilder(python, "-c", script(), network).redirectErrorStream(true).start();
    requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    atExit = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(atExit);
    answer('{');
  }

  private static String script() {
    try (InputStream in = PythonProcess.class.getResourceAsStream(SCRIPT)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Repeats Grad-CAM for a time, once at least.
   *
   * @return the milliseconds of each repetition
   * @throws IOException if the script ends
   */
  public double[] repeat(long milliseconds) throws IOException {
    requests.println(milliseconds);
    JsonNode times = answer('[');
    return StreamSupport.stream(times.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  /** The next line of JSON that begins so; others are warnings. */
  private JsonNode answer(char first) throws IOException {
    String last = "it wrote nothing";
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (!line.isEmpty() && line.charAt(0) == first) {
        return JSON.readTree(line);
      }
      last = line;
    }
    throw new IOException("the Python script ended: " + last);
  }

  /** The processor time that it has had; none where the system does not tell. */
  public Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Ends the script. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The hook is running.
    }
  }
}
