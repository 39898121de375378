package org.gradcam4j;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.gradcam4j.kernel.NativeThreads;

/**
 * Threads that share out work on many items: each takes an item the whole way, with native threads
 * of its own. Results are handed over in the order of the items. Items are taken from their source
 * as they are needed, and when the slowest is four items a thread behind, the others wait: memory
 * does not grow with their number.
 *
 * <p>With one core each, an item's numbers do not depend on the number of threads: native code
 * rounds sums differently with the number of cores it shares them out to.
 *
 * @param threads how many, at least 1
 * @param coresEach how many native threads compute for each, at least 1
 */
public record Workers(int threads, int coresEach) {
  /** Items on their way or waiting to be handed over, for each thread. */
  private static final int AHEAD = 4;

  /** What is done with an item. Several threads call it. */
  @FunctionalInterface
  public interface Step<S, R> {
    /**
     * The work on an item.
     *
     * @throws IOException if the run has to end
     */
    R on(S item) throws IOException;
  }

  /** Is given each result, by the thread that runs the workers. */
  @FunctionalInterface
  public interface Taker<R> {
    /**
     * The next result.
     *
     * @throws IOException if the run has to end
     */
    void take(R result) throws IOException;
  }

  /** Checks the numbers. */
  public Workers {
    if (threads < 1 || coresEach < 1) {
      throw new IllegalArgumentException(
          "expected at least 1 thread and 1 core each, got " + threads + " and " + coresEach);
    }
  }

  /**
   * Works on all items.
   *
   * @param items asked by the calling thread alone
   * @param step the work on one
   * @param results is given each result, in the order of the items
   * @throws IOException if the work or the results threw it; no item is then under way any more
   * @throws InterruptedException if the calling thread was interrupted, likewise
   */
  public <S, R> void run(Iterator<S> items, Step<S, R> step, Taker<R> results)
      throws IOException, InterruptedException {
    ExecutorService pool = pool();
    Queue<Future<R>> ahead = new ArrayDeque<>();
    try {
      while (items.hasNext() || !ahead.isEmpty()) {
        // What is done already is handed over without waiting: that would never notice.
        if (Thread.interrupted()) {
          throw new InterruptedException("the work was interrupted");
        }
        while (items.hasNext() && ahead.size() < AHEAD * threads) {
          S item = items.next();
          ahead.add(
              pool.submit(
                  () -> {
                    NativeThreads.use(coresEach);
                    return step.on(item);
                  }));
        }
        results.take(result(ahead.remove()));
      }
    } finally {
      // Not by an interruption: a file that is being written would be lost.
      ahead.forEach(begun -> begun.cancel(false));
      end(pool);
    }
  }

  private ExecutorService pool() {
    AtomicInteger count = new AtomicInteger();
    return Executors.newFixedThreadPool(
        threads,
        task -> {
          Thread thread = new Thread(task, "gradcam4j-worker-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Waits for what has begun: the caller may then close what the work uses. */
  private static void end(ExecutorService pool) {
    pool.shutdown();
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T result(Future<T> future) throws IOException, InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      // Which thread it was that threw is no matter: these say where.
      if (cause instanceof IOException io) {
        throw io;
      } else if (cause instanceof RuntimeException fault) {
        throw fault;
      } else if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(cause);
    }
  }
}
