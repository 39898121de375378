package org.gradcam4j.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Writes a folder beside its place and renames it: all of it is there, or nothing. */
public final class WholeFolder {
  /** What is written. */
  public interface Content {
    /**
     * Writes all of it. The thread is interrupted when the process ends: it should then stop.
     *
     * @param folder where to, an empty folder
     */
    void writeTo(Path folder) throws IOException;
  }

  private WholeFolder() {}

  /**
   * Writes a folder and those on the way. What is written lies beside it, and is removed after a
   * failure, an interrupt or the process's end.
   *
   * @param out the folder to make; it may exist if it is empty
   * @throws IOException with one line if the folder is not empty or cannot be written
   */
  public static void write(Path out, Content content) throws IOException {
    refuseOccupied(out);
    Path target = out.toAbsolutePath().normalize();
    Path part = makePart(out, target);
    CountDownLatch done = new CountDownLatch(1);
    Thread writing = Thread.currentThread();
    Thread atExit =
        new Thread(
            () -> {
              writing.interrupt();
              await(done);
            });
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      content.writeTo(part);
      Files.deleteIfExists(target);
      Files.move(part, target);
    } catch (FileSystemException e) {
      throw unwritable(out, e);
    } finally {
      remove(part);
      done.countDown();
      forget(atExit);
    }
  }

  private static void refuseOccupied(Path out) throws IOException {
    if (!Files.exists(out)) {
      return;
    }
    if (!Files.isDirectory(out)) {
      throw new IOException(out + " is a file: expected a new or empty folder");
    }
    try (Stream<Path> entries = Files.list(out)) {
      if (entries.findAny().isPresent()) {
        throw new IOException("folder " + out + " is not empty: expected a new or empty folder");
      }
    } catch (AccessDeniedException e) {
      throw unwritable(out, e);
    }
  }

  private static Path makePart(Path out, Path target) throws IOException {
    if (target.getParent() == null) {
      throw new IOException(out + " is the root of a disk: expected a new or empty folder");
    }
    try {
      Files.createDirectories(target.getParent());
      return Files.createDirectory(
          target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part"));
    } catch (FileSystemException e) {
      throw unwritable(out, e);
    }
  }

  private static IOException unwritable(Path out, FileSystemException e) {
    String reason =
        e instanceof AccessDeniedException
            ? "permission denied"
            : e.getReason() != null ? e.getReason() : e.getClass().getSimpleName();
    return new IOException(
        "cannot write folder " + out + ": " + reason + " (" + e.getFile() + ")", e);
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }

  private static void await(CountDownLatch done) {
    try {
      done.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread atExit) {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has done its work.
      return;
    }
  }
}
