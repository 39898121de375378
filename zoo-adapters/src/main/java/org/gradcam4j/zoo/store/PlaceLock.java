package org.gradcam4j.zoo.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Held while a file is downloaded: one thread of one process at a time. The empty file {@code
 * .NAME.lock} stays behind: whoever deletes such a file lets a third process past a second one that
 * waits for it.
 */
final class PlaceLock implements AutoCloseable {
  /** A file's lock holds off other processes only, and throws at other threads. */
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock threads;
  private final FileChannel processes;

  private PlaceLock(ReentrantLock threads, FileChannel processes) {
    this.threads = threads;
    this.processes = processes;
  }

  /** Waits, and says so, until nobody else downloads to that place. */
  static PlaceLock of(Path target, DownloadListener listener) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    ReentrantLock threads = THREADS.computeIfAbsent(place, p -> new ReentrantLock());
    if (!threads.tryLock()) {
      waiting(target, listener);
      threads.lock();
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              place.resolveSibling("." + place.getFileName() + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        waiting(target, listener);
        channel.lock();
      }
      return new PlaceLock(threads, channel);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      threads.unlock();
      throw e;
    }
  }

  private static void waiting(Path target, DownloadListener listener) {
    listener.remark("someone else is downloading " + target + ": waiting for it");
  }

  @Override
  public void close() throws IOException {
    try {
      processes.close();
    } finally {
      threads.unlock();
    }
  }
}
