package org.gradcam4j.benchmarks.process;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A process that does one {@link Task} after the other until its input ends, and keeps between them
 * what was expensive to make, such as a network with its weights.
 */
final class Worker {
  /** Begins the lines that are answers: native libraries write to the same stream. */
  static final String ANSWER = "answer:";

  /**
   * How a task ended.
   *
   * @param value the answer, or null
   * @param failure why there is none, or null
   */
  record Answer(Serializable value, String failure) implements Serializable {}

  private Worker() {}

  /** Reads tasks from the standard input, a line each. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    BufferedReader tasks =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = tasks.readLine(); line != null; line = tasks.readLine()) {
      answers.println(ANSWER + encode(run(line)));
      answers.flush();
    }
    // Threads of native libraries must not keep the process alive.
    System.exit(0);
  }

  private static Answer run(String line) {
    try {
      return new Answer(((Task<?>) decode(line)).run(), null);
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      return new Answer(null, reason(e));
    }
  }

  /** The innermost cause that says something; JMH hides a benchmark's own among the suppressed. */
  static String reason(Throwable e) {
    Throwable inner = e;
    while (inner.getCause() != null || inner.getSuppressed().length > 0) {
      inner = inner.getCause() != null ? inner.getCause() : inner.getSuppressed()[0];
    }
    String message = inner.getMessage();
    boolean plain = inner instanceof IllegalStateException;
    if (message == null || message.isBlank()) {
      return inner.getClass().getSimpleName();
    }
    String firstLine = message.strip().lines().findFirst().orElse("");
    return plain ? firstLine : inner.getClass().getSimpleName() + ": " + firstLine;
  }

  static String encode(Serializable value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  static Object decode(String line) throws IOException, ClassNotFoundException {
    byte[] bytes = Base64.getDecoder().decode(line);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }
}
