package org.gradcam4j.zoo.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Fetches published files. A file appears in its place whole and with the right checksum, or not at
 * all; what came before a lost connection is kept beside it and gone on with, by this process or a
 * later one, as long as the server still has that version.
 */
public final class Download {
  /**
   * How patient it is.
   *
   * @param attempts how often in a row it tries without getting on
   * @param pause the first pause between two attempts; each further one is twice as long
   * @param patience how long a server may be silent
   * @param largest bytes of the largest file whose size is not known beforehand
   */
  public record Settings(int attempts, Duration pause, Duration patience, long largest) {
    /** 5 attempts, pauses from 1 s on, 30 s of silence, 2 GiB. */
    public static Settings standard() {
      return new Settings(5, Duration.ofSeconds(1), Duration.ofSeconds(30), 2L << 30);
    }
  }

  /** An attempt that brought this many bytes got on. */
  private static final long STEP = 1 << 20;

  private final Settings settings;

  /** Fetches with that patience. */
  public Download(Settings settings) {
    this.settings = settings;
  }

  /**
   * Fetches a file into a folder, which is made if need be. A file of that name with the right
   * checksum stays, any other is replaced.
   *
   * @return the file
   * @throws IOException if it cannot be had: one line that says why, and how to get it by hand
   */
  public Path fetch(PublishedFile file, Path folder, DownloadListener listener) throws IOException {
    if (file.byHand()) {
      throw new IOException(byHand(file, folder));
    }
    Path target = folder.resolve(file.fileName());
    try {
      Files.createDirectories(folder);
      PlaceLock lock = PlaceLock.of(target, listener);
      try {
        if (!isThere(file, target)) {
          try (Part part = Part.of(target, file)) {
            new Fetching(file, part, listener, new Source(settings.patience())).run();
          }
        }
      } finally {
        lock.close();
      }
      return target;
    } catch (IOException e) {
      throw new IOException(
          "cannot get %s: %s; %s".formatted(file.fileName(), reason(e), byHand(file, folder)), e);
    }
  }

  /** How a person gets the file without this program. */
  static String byHand(PublishedFile file, Path folder) {
    return "download %s by hand from %s and put it into %s"
        .formatted(file.fileName(), file.address(), folder);
  }

  private static boolean isThere(PublishedFile file, Path target) throws IOException {
    return Files.isRegularFile(target) && file.checksum().equals(file.checksum().of(target));
  }

  private static String reason(IOException e) {
    if (isUnreachable(e)) {
      return "there is no way to its server (no network?)";
    }
    if (e instanceof AccessDeniedException) {
      return "no permission to write " + e.getMessage();
    }
    if (e instanceof FileAlreadyExistsException) {
      return e.getMessage() + " is a file, expected a folder";
    }
    if (e instanceof ConnectException) {
      return "the server refuses the connection";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Whether the machine is not on the network: not worth several attempts. */
  private static boolean isUnreachable(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException
          || cause instanceof UnresolvedAddressException
          || cause instanceof NoRouteToHostException) {
        return true;
      }
    }
    return false;
  }

  /** One file on its way. */
  private final class Fetching {
    private final PublishedFile file;
    private final Part part;
    private final DownloadListener listener;
    private final Source source;
    private final long limit;

    /** Whether what is there came in several pieces. */
    private boolean glued;

    Fetching(PublishedFile file, Part part, DownloadListener listener, Source source) {
      this.file = file;
      this.part = part;
      this.listener = listener;
      this.source = source;
      this.limit = file.size().orElse(settings.largest());
      this.glued = part.length() > 0;
    }

    void run() throws IOException {
      all();
      if (glued && !isRight()) {
        // Glued together from two versions by a server that knows no versions.
        listener.remark("the file that was gone on with is damaged: fetching it whole");
        restart(Source.Version.UNKNOWN);
        all();
      }
      if (!isRight()) {
        part.delete();
        throw new Source.Refused(
            "it is not the published file: expected %s, found %s"
                .formatted(file.checksum(), part.checksum()));
      }
      part.finish();
    }

    private boolean isRight() {
      return part.checksum().equals(file.checksum());
    }

    /** Fetches until all is there, in as many pieces as it takes. */
    private void all() throws IOException {
      int failures = 0;
      while (!isComplete()) {
        long before = part.length();
        try {
          attempt();
          return;
        } catch (Source.Refused | Part.DiskFault e) {
          throw e;
        } catch (IOException e) {
          failures = part.length() - before >= STEP ? 1 : failures + 1;
          if (isUnreachable(e) || e instanceof InterruptedIOException) {
            throw e;
          }
          if (failures >= settings.attempts()) {
            throw new IOException(reason(e) + ", " + failures + " times in a row", e);
          }
          pause(failures, reason(e));
        }
      }
    }

    private boolean isComplete() {
      return part.length() > 0 && part.length() == total();
    }

    private void attempt() throws IOException {
      try (Source.Answer answer = source.open(file.address(), part.length(), part.version())) {
        begin(answer);
        for (Optional<List<ByteBuffer>> piece = answer.body().next();
            piece.isPresent();
            piece = answer.body().next()) {
          for (ByteBuffer bytes : piece.get()) {
            take(bytes);
          }
        }
        end();
      }
    }

    private void restart(Source.Version version) throws Part.DiskFault {
      part.restart(version);
      glued = false;
    }

    /** Looks at the answer before its body. */
    private void begin(Source.Answer answer) throws IOException {
      int status = answer.status();
      if (!answer.isFile()) {
        if (status == 416) {
          restart(Source.Version.UNKNOWN);
        }
        String message = "the server answers with HTTP " + status;
        boolean passing = status == 408 || status == 416 || status == 429 || status >= 500;
        throw passing ? new IOException(message) : new Source.Refused(message);
      }
      boolean whole = status == 200;
      if (!whole && (part.length() == 0 || answer.from() != part.length())
          || !whole && !part.version().agrees(answer.version())) {
        restart(Source.Version.UNKNOWN);
        throw new IOException("the server sends another part of the file than the one asked for");
      }
      refuseSize(answer.version().total());
      if (whole) {
        restart(answer.version());
      } else {
        glued = true;
      }
      refuseFullDisk();
      listener.bytes(part.length(), total());
    }

    private void refuseSize(long total) throws Source.Refused {
      boolean wrong = file.size().isPresent() ? total != limit : total > limit;
      if (total != Source.Version.NO_TOTAL && wrong) {
        throw new Source.Refused(
            "the server has a file of %d bytes, expected %s%d"
                .formatted(total, file.size().isPresent() ? "" : "at most ", limit));
      }
    }

    private void refuseFullDisk() throws IOException {
      Path folder = part.folder();
      long missing = total() - part.length();
      long free = Files.getFileStore(folder).getUsableSpace();
      if (missing > free) {
        throw new Part.DiskFault(
            "%s more are needed in %s, and %s are free there"
                .formatted(Units.bytes(missing), folder, Units.bytes(free)),
            null);
      }
    }

    private void take(ByteBuffer bytes) throws IOException {
      long total = total();
      long most = total == Source.Version.NO_TOTAL ? limit : total;
      if (part.length() + bytes.remaining() > most) {
        part.delete();
        throw new Source.Refused("the server sends more than " + most + " bytes");
      }
      part.append(bytes);
      listener.bytes(part.length(), total);
    }

    private void end() throws IOException {
      long total = total();
      if (total != Source.Version.NO_TOTAL && part.length() < total) {
        throw new IOException(
            "the connection ended after " + part.length() + " of " + total + " bytes");
      }
    }

    private long total() {
      return file.size().orElse(part.version().total());
    }

    private void pause(int failures, String why) throws InterruptedIOException {
      Duration pause = settings.pause().multipliedBy(1L << (failures - 1));
      listener.remark(why + "; trying again in " + Units.seconds(pause));
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
  }
}
