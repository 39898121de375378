package org.gradcam4j.evaluation.shapes;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/** Writes scenes as a data set in the layout of PASCAL VOC, all of it or nothing. */
public final class ShapesDataset {
  /** The most scenes: their names have six digits. */
  private static final int MAX_COUNT = 1_000_000;

  private ShapesDataset() {}

  /**
   * Writes the first scenes of a seed; every fifth is in the validation set. The files are written
   * into a folder beside, which is renamed at the end and removed after a failure, an interrupt or
   * the process's end.
   *
   * @param out the folder to make; it may exist if it is empty
   * @param seed of the scenes
   * @param count how many, 1 to a million
   * @param progress is told how many are written
   * @throws IOException with one line if the folder is not empty or cannot be written
   */
  public static void write(Path out, long seed, int count, IntConsumer progress)
      throws IOException {
    if (count < 1 || count > MAX_COUNT) {
      throw new IllegalArgumentException(
          count + " scenes: expected a number from 1 to " + MAX_COUNT);
    }
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
      fill(part, seed, count, progress);
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

  private static void fill(Path folder, long seed, int count, IntConsumer progress)
      throws IOException {
    try (VocWriter writer = new VocWriter(folder, SceneGenerator.CLASSES)) {
      for (int i = 0; i < count; i++) {
        if (Thread.interrupted()) {
          throw new InterruptedIOException("writing the scenes was interrupted: nothing is left");
        }
        writer.write(SceneGenerator.scene(seed, i), i % 5 == 4 ? VocWriter.VAL : VocWriter.TRAIN);
        progress.accept(i + 1);
      }
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
