package org.gradcam4j.zoo.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, taken piece by piece; a piece that does not come in time is an error,
 * which Java's own streams of bodies do not know.
 */
final class Body implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
  /** What came: a piece, the end (no piece, no failure) or a failure. */
  private record Event(List<ByteBuffer> piece, Throwable failure) {}

  private final Duration patience;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

  Body(Duration patience) {
    this.patience = patience;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription.complete(given);
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> piece) {
    events.add(new Event(piece, null));
  }

  @Override
  public void onError(Throwable failure) {
    events.add(new Event(null, failure));
  }

  @Override
  public void onComplete() {
    events.add(new Event(null, null));
  }

  /**
   * The next piece; nothing at the end.
   *
   * @throws IOException if the connection is lost, or nothing comes for too long
   */
  Optional<List<ByteBuffer>> next() throws IOException {
    Event event;
    try {
      event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    if (event == null) {
      throw new IOException("nothing came for " + Units.seconds(patience));
    }
    if (event.failure() != null) {
      throw new IOException("the connection was lost", event.failure());
    }
    if (event.piece() != null) {
      subscription.join().request(1);
    }
    return Optional.ofNullable(event.piece());
  }

  /** Lets go of the connection. */
  @Override
  public void close() {
    subscription.thenAccept(Flow.Subscription::cancel);
  }
}
