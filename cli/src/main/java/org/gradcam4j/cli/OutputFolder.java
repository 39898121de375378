package org.gradcam4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.gradcam4j.file.Atomically;
import org.gradcam4j.image.Npy;
import org.gradcam4j.image.Png;

/**
 * Where results go. Every file is written beside its place and renamed, so that nothing is ever
 * half-written; Ctrl-C waits for the files that are being written.
 */
final class OutputFolder {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Shared by those who write a file; taken for good by whoever ends the process. */
  private static final ReentrantReadWriteLock WRITING = new ReentrantReadWriteLock();

  private static volatile boolean finished;

  private final Path folder;

  /**
   * The folder, made if need be.
   *
   * @throws UserError if it cannot be made or written to
   */
  OutputFolder(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new UserError("--out " + folder + " is a file: expected a folder", e);
    } catch (IOException e) {
      throw new UserError("cannot make the folder --out " + folder + ": " + reason(e), e);
    }
    if (!Files.isWritable(folder)) {
      throw new UserError("no permission to write to the folder --out " + folder);
    }
  }

  /**
   * From now on, an interruption waits for the files that are being written, then ends.
   *
   * @param andNow is said behind that they are whole
   */
  static void stopCleanly(PrintWriter err, String andNow) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!finished) {
                    WRITING.writeLock().lock();
                    err.println();
                    err.println("gradcam: stopped; the files that were written are whole" + andNow);
                  }
                }));
  }

  /** What follows is no interruption. */
  static void finished() {
    finished = true;
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  void png(String name, BufferedImage image) throws IOException {
    // Compressed before the step begins: an interruption should not wait for that.
    bytes(name, Png.encode(image));
  }

  void json(String name, Object value) throws IOException {
    bytes(name, JSON.writeValueAsBytes(value));
  }

  private void bytes(String name, byte[] bytes) throws IOException {
    write(path(name), () -> Atomically.write(path(name), out -> out.write(bytes)));
  }

  void delete(String name) throws IOException {
    write(path(name), () -> Files.deleteIfExists(path(name)));
  }

  /** A NumPy file anywhere. */
  static void npy(Path file, float[] values, int... shape) throws IOException {
    write(file, () -> Npy.write(file, values, shape));
  }

  /** Writes a file. */
  interface Step {
    void run() throws IOException;
  }

  /** Runs a step that writes a file; an interruption waits for it. */
  static void write(Path file, Step step) throws IOException {
    WRITING.readLock().lock();
    try {
      step.run();
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + reason(e), e);
    } finally {
      WRITING.readLock().unlock();
    }
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException ? "no permission" : Gradcam.oneLine(e);
  }
}
