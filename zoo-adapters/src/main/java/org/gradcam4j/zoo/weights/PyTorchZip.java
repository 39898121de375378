package org.gradcam4j.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.gradcam4j.zoo.weights.PyTorchPickle.Storage;

/**
 * The form of PyTorch from 1.6 on: a zip with {@code NAME/data.pkl} and a storage in each {@code
 * NAME/data/KEY}, not compressed.
 *
 * <p>Java's zip reader goes to a place in an entry that is not compressed without reading what is
 * before it. Compressed entries, which other tools make, are accepted while they are small.
 */
final class PyTorchZip implements PyTorchStorages {
  private static final long MAX_DEFLATED = 64 << 20;

  /** The largest that deflate makes of a byte. */
  private static final long MAX_RATIO = 1032;

  private final Path file;
  private final ZipFile zip;
  private final String folder;
  private final Object root;

  private PyTorchZip(Path file, ZipFile zip) throws IOException {
    this.file = file;
    this.zip = zip;
    String pickle =
        pickle(zip).orElseThrow(() -> bad("is a zip without a data.pkl: PyTorch did not write it"));
    this.folder = pickle.substring(0, pickle.lastIndexOf('/') + 1);
    ZipEntry order = zip.getEntry(folder + "byteorder");
    if (order != null
        && !new String(bytes(order, 0, size(order, 16)), StandardCharsets.UTF_8).equals("little")) {
      throw bad("was written big-endian: load and save it again on a common machine");
    }
    ZipEntry entry = zip.getEntry(pickle);
    PyTorchPickle reader = new PyTorchPickle(file);
    this.root = reader.read(ByteBuffer.wrap(bytes(entry, 0, size(entry, MAX_PICKLE))));
    for (Storage storage : reader.storages().values()) {
      check(storage);
    }
  }

  static PyTorchZip open(Path file) throws IOException {
    ZipFile zip = zip(file);
    try {
      return new PyTorchZip(file, zip);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** Whether a file with this beginning is a zip. */
  static boolean begins(ByteBuffer head) {
    return head.limit() >= 4 && head.getInt(0) == 0x04034b50;
  }

  /** Opens a zip whose directory is whole. */
  static ZipFile zip(Path file) throws IOException {
    try {
      return new ZipFile(file.toFile());
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(
          "weights file %s is a truncated or damaged zip: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The entry of a zip that holds PyTorch's pickle. */
  static Optional<String> pickle(ZipFile zip) {
    return zip.stream().map(ZipEntry::getName).filter(n -> n.endsWith("/data.pkl")).findFirst();
  }

  private int size(ZipEntry entry, long max) throws IOException {
    if (entry.getSize() < 0 || entry.getSize() > max) {
      throw bad(
          "has %d bytes in its %s, expected at most %d"
              .formatted(entry.getSize(), PyTorchPickle.shown(entry.getName()), max));
    }
    return (int) entry.getSize();
  }

  private ZipEntry entry(Storage storage) throws IOException {
    ZipEntry entry = zip.getEntry(folder + "data/" + storage.key());
    if (entry == null) {
      throw bad("lacks data/" + PyTorchPickle.shown(storage.key()) + ", which holds its tensors");
    }
    return entry;
  }

  private void check(Storage storage) throws IOException {
    ZipEntry entry = entry(storage);
    String name = "data/" + PyTorchPickle.shown(storage.key());
    if (entry.getSize() != storage.bytes()) {
      throw bad(
          "has %d bytes in its %s: %d numbers of type %s have %d"
              .formatted(entry.getSize(), name, storage.length(), storage.type(), storage.bytes()));
    }
    if (entry.getMethod() == ZipEntry.STORED) {
      if (entry.getCompressedSize() != entry.getSize()) {
        throw bad("is damaged: its %s has two sizes".formatted(name));
      }
    } else if (entry.getSize() > MAX_DEFLATED
        || entry.getSize() / MAX_RATIO > entry.getCompressedSize()) {
      throw bad(
          "has a compressed %s of %d bytes, expected at most %d: save it with PyTorch"
              .formatted(name, entry.getSize(), MAX_DEFLATED));
    }
  }

  @Override
  public Object root() {
    return root;
  }

  @Override
  public ByteBuffer read(Storage storage, long from, int count) throws IOException {
    return ByteBuffer.wrap(bytes(entry(storage), from, count)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] bytes(ZipEntry entry, long from, int count) throws IOException {
    byte[] bytes = new byte[count];
    try (InputStream in = zip.getInputStream(entry)) {
      in.skipNBytes(from);
      if (in.readNBytes(bytes, 0, count) == count) {
        return bytes;
      }
    } catch (IOException e) {
      throw bad("is truncated or damaged: " + e.getMessage());
    }
    throw bad("is truncated or damaged: " + PyTorchPickle.shown(entry.getName()) + " ends early");
  }

  private IOException bad(String what) {
    return new IOException("weights file " + file + " " + what);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
