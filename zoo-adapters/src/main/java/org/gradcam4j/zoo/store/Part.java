package org.gradcam4j.zoo.store;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import org.gradcam4j.file.Atomically;

/**
 * What is there of a file that is being downloaded: {@code NAME.part} beside its place, and in
 * {@code NAME.part.meta} what its source said of it, without which it is not gone on with. Its
 * checksum is computed as bytes come.
 */
final class Part implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  /** A disk that does not take the bytes; the source is not to blame. */
  static final class DiskFault extends IOException {
    private static final long serialVersionUID = 1L;

    DiskFault(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final Path target;
  private final Path path;
  private final Path meta;
  private final URI address;
  private final Checksum.Kind kind;
  private final FileChannel channel;
  private Checksum.Running running;
  private Checksum checksum;
  private long length;
  private Source.Version version = Source.Version.UNKNOWN;

  private Part(Path target, PublishedFile file) throws IOException {
    this.target = target;
    this.path = target.resolveSibling(target.getFileName() + ".part");
    this.meta = target.resolveSibling(target.getFileName() + ".part.meta");
    this.address = file.address();
    this.kind = file.checksum().kind();
    this.channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    this.running = kind.start();
  }

  /** The part beside a place, as an earlier attempt left it. */
  static Part of(Path target, PublishedFile file) throws IOException {
    Part part = new Part(target, file);
    try {
      part.recall();
      return part;
    } catch (IOException e) {
      part.close();
      throw e;
    }
  }

  private void recall() throws IOException {
    Properties said = new Properties();
    if (Files.isRegularFile(meta)) {
      try (Reader in = Files.newBufferedReader(meta, StandardCharsets.ISO_8859_1)) {
        said.load(in);
      } catch (IllegalArgumentException e) {
        said.clear();
      }
    }
    version =
        Source.Version.of(said.getProperty("validator", ""), number(said.getProperty("total", "")));
    if (!address.toString().equals(said.getProperty("address")) || !version.resumable()) {
      version = Source.Version.UNKNOWN;
      return;
    }
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    while (channel.read(chunk.clear()) >= 0) {
      length += chunk.position();
      running.update(chunk.flip());
    }
  }

  private static long number(String digits) {
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : Source.Version.NO_TOTAL;
  }

  /** Where it lies. */
  Path folder() {
    return target.toAbsolutePath().getParent();
  }

  /** How many bytes are there. */
  long length() {
    return length;
  }

  /** What these bytes are of. */
  Source.Version version() {
    return version;
  }

  /** Begins anew, with a file that its source describes so. */
  void restart(Source.Version described) throws DiskFault {
    try {
      version = Source.Version.UNKNOWN;
      length = 0;
      running = kind.start();
      checksum = null;
      Files.deleteIfExists(meta);
      if (channel.size() > 0) {
        channel.truncate(0);
      }
      channel.position(0);
      version = described;
      if (described.resumable()) {
        Properties said = new Properties();
        said.setProperty("address", address.toString());
        said.setProperty("validator", described.validator());
        if (described.total() != Source.Version.NO_TOTAL) {
          said.setProperty("total", Long.toString(described.total()));
        }
        Atomically.write(meta, out -> said.store(out, null));
      }
    } catch (IOException e) {
      throw fault(e);
    }
  }

  /** Takes more bytes. */
  void append(ByteBuffer bytes) throws DiskFault {
    running.update(bytes.duplicate());
    try {
      while (bytes.hasRemaining()) {
        length += channel.write(bytes);
      }
    } catch (IOException e) {
      throw fault(e);
    }
  }

  /** The checksum of all that is there; nothing can be appended from then on. */
  Checksum checksum() {
    if (checksum == null) {
      checksum = new Checksum(kind, running.value());
    }
    return checksum;
  }

  /** Puts the whole file into its place. */
  void finish() throws DiskFault {
    try {
      channel.force(true);
      channel.close();
      try {
        Files.move(
            path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(path, target, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.deleteIfExists(meta);
    } catch (IOException e) {
      throw fault(e);
    }
  }

  /** Deletes what is there, for good. */
  void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
    Files.deleteIfExists(meta);
  }

  private DiskFault fault(IOException e) {
    return new DiskFault("cannot write " + path + ": " + e.getMessage(), e);
  }

  @Override
  public void close() throws IOException {
    channel.close();
    // Without a version it would not be gone on with.
    if (!version.resumable() || length == 0) {
      Files.deleteIfExists(path);
      Files.deleteIfExists(meta);
    }
  }
}
