package org.gradcam4j.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The machine's GPUs as {@code nvidia-smi} lists them, which comes with NVIDIA's driver: nothing of
 * CUDA is loaded for it.
 */
final class NvidiaSmi {
  /** Waking GPUs that sleep takes it seconds. */
  private static final int SECONDS = 20;

  /** Runs {@code nvidia-smi}. */
  @FunctionalInterface
  interface Command {
    /**
     * What it says.
     *
     * @throws NoAnswerException if it cannot be run or does not end
     */
    Output run(String... arguments) throws NoAnswerException;
  }

  /**
   * What the command says.
   *
   * @param exitCode 0 for success
   * @param text its output and errors
   */
  record Output(int exitCode, String text) {}

  /** No GPU is known; the message says why. */
  static final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
      super(message);
    }
  }

  private final Command command;

  NvidiaSmi(Command command) {
    this.command = command;
  }

  /** That of this machine. */
  static NvidiaSmi ofThisMachine() {
    return new NvidiaSmi(
        arguments ->
            run(
                Stream.concat(Stream.of("nvidia-smi"), Arrays.stream(arguments)).toList(),
                SECONDS));
  }

  /** Runs a command whose output is short. */
  static Output run(List<String> command, int seconds) throws NoAnswerException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new NoAnswerException("no GPU was found, since there is no " + command.get(0));
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        throw new NoAnswerException(command.get(0) + " did not answer within " + seconds + " s");
      }
      byte[] text = process.getInputStream().readAllBytes();
      return new Output(process.exitValue(), new String(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new NoAnswerException(command.get(0) + " did not answer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoAnswerException(command.get(0) + " was interrupted");
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * All GPUs, in the order of their places on the bus; at least one.
   *
   * @throws NoAnswerException if there is none, or none that is known of
   */
  List<Gpu> gpus() throws NoAnswerException {
    Output output = query("uuid,driver_version,compute_cap,name");
    boolean tellsCapability = !output.text().contains("not a valid field");
    if (!tellsCapability) {
      output = query("uuid,driver_version,name");
    }
    List<Gpu> gpus = new ArrayList<>();
    List<String> lines = output.text().lines().map(String::strip).toList();
    for (String line : lines) {
      gpu(line, tellsCapability).ifPresent(gpus::add);
    }
    if (output.exitCode() != 0 || gpus.isEmpty()) {
      String text = lines.stream().filter(line -> !line.isEmpty()).collect(Collectors.joining(" "));
      throw new NoAnswerException(
          "no GPU was found: nvidia-smi says '"
              + (text.length() > 200 ? text.substring(0, 200) + "..." : text)
              + "'");
    }
    return gpus;
  }

  private Output query(String fields) throws NoAnswerException {
    return command.run("--query-gpu=" + fields, "--format=csv,noheader");
  }

  private static Optional<Gpu> gpu(String line, boolean tellsCapability) {
    int fields = tellsCapability ? 4 : 3;
    String[] values = line.split(", *", fields);
    if (values.length < fields || !values[0].startsWith("GPU-")) {
      return Optional.empty();
    }
    Optional<ComputeCapability> capability =
        tellsCapability ? ComputeCapability.of(values[2]) : Optional.empty();
    return Optional.of(new Gpu(values[0], values[1], capability, values[fields - 1]));
  }
}
