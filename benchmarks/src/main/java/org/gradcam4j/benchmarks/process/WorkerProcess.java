package org.gradcam4j.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** A {@link Worker} seen from the process that started it. */
public final class WorkerProcess implements AutoCloseable {
  /** A task that failed, or a process that ended; the message says why, in one line. */
  public static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the reason. */
    public Failure(String message) {
      super(message);
    }
  }

  /** The heap: parameters go through it on their way to libtorch. */
  private static final String HEAP = "-Xmx2g";

  /** Java's words when native code crashes: the signal and the place. */
  private static final Pattern CRASH = Pattern.compile("^#  ?(SIG|C |V )");

  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;
  private static final long PATIENCE_MILLISECONDS = 2000;

  private final Path log;
  private final Process process;
  private final PrintStream tasks;
  private final BufferedReader answers;
  private final Thread atExit;

  /**
   * Starts a Java process with this one's class path.
   *
   * @param nativeBytes what its arrays may take outside the heap
   */
  public WorkerProcess(long nativeBytes) throws IOException {
    log = Files.createTempFile("gradcam4j-benchmark", ".log");
    process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    HEAP,
                    "-Djava.awt.headless=true",
                    // libtorch comes with the class path.
                    "-Dai.djl.offline=true",
                    "-XX:+ErrorFileToStderr",
                    "-Dorg.bytedeco.javacpp.maxbytes=" + nativeBytes,
                    "-Dorg.bytedeco.javacpp.maxphysicalbytes=" + nativeBytes,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Worker.class.getName()))
            .redirectError(log.toFile())
            .start();
    tasks = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    atExit = new Thread(this::end);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Has a task done and waits for it.
   *
   * @throws Failure if it fails, or the process ends
   */
  public <T extends Serializable> T run(Class<T> type, Task<T> task) throws Failure {
    try {
      tasks.println(Worker.encode(task));
      StringBuilder crash = new StringBuilder();
      String line = answers.readLine();
      while (line != null && !line.startsWith(Worker.ANSWER)) {
        if (CRASH.matcher(line).find()) {
          crash.append(": ").append(line.substring(1).strip());
        }
        line = answers.readLine();
      }
      if (line == null) {
        throw new Failure(ended(crash.toString()));
      }
      Worker.Answer answer = (Worker.Answer) Worker.decode(line.substring(Worker.ANSWER.length()));
      if (answer.failure() != null) {
        throw new Failure(answer.failure());
      }
      return type.cast(answer.value());
    } catch (IOException | ClassNotFoundException e) {
      throw new Failure(e + lastWords());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
  }

  private String ended(String crash) throws InterruptedException {
    int code = process.waitFor();
    if (code == INTERRUPTED || code == TERMINATED) {
      // Ctrl-C goes to all processes of a terminal: this one is about to end too.
      Thread.sleep(PATIENCE_MILLISECONDS);
    }
    return "the process ended with code " + code + (crash.isEmpty() ? lastWords() : crash);
  }

  /** Whether it can take more tasks. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The processor time that it has had; none where the system does not tell. */
  public Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
      return lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private void end() {
    process.destroyForcibly();
    try {
      process.waitFor();
      Files.deleteIfExists(log);
    } catch (IOException e) {
      // A log in the folder for temporary files does no harm.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the process. */
  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The hook is running.
    }
  }
}
