package org.gradcam4j.zoo.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
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

  private static final int MAX_ENTRIES = 100_000;

  private final Path file;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries;
  private final String folder;
  private final Object root;

  private PyTorchZip(Path file, ZipFile zip) throws IOException {
    this.file = file;
    this.zip = zip;
    this.entries = entries(file, zip);
    String pickle =
        entries.keySet().stream()
            .filter(name -> name.endsWith("/data.pkl"))
            .findFirst()
            .orElseThrow(() -> bad("is a zip without a data.pkl: PyTorch did not write it"));
    this.folder = pickle.substring(0, pickle.lastIndexOf('/') + 1);
    ZipEntry order = entries.get(folder + "byteorder");
    if (order != null && !text(order).equals("little")) {
      throw bad("was written big-endian: load it and save it again on a common machine");
    }
    ZipEntry entry = entries.get(pickle);
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

  /** The names of what is in a zip. */
  static Set<String> names(Path file) throws IOException {
    try (ZipFile zip = zip(file)) {
      return entries(file, zip).keySet();
    }
  }

  private static ZipFile zip(Path file) throws IOException {
    try {
      return new ZipFile(file.toFile());
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(file, e);
    }
  }

  /** All entries, once: Java decodes their names and notes only now, and fails where it cannot. */
  private static Map<String, ZipEntry> entries(Path file, ZipFile zip) throws IOException {
    if (zip.size() > MAX_ENTRIES) {
      throw new IOException(
          "weights file %s is a zip of %d entries, expected at most %d"
              .formatted(file, zip.size(), MAX_ENTRIES));
    }
    Map<String, ZipEntry> entries = new LinkedHashMap<>();
    try {
      zip.stream().forEach(entry -> entries.put(entry.getName(), entry));
    } catch (RuntimeException e) {
      throw damaged(file, e);
    }
    if (entries.size() != zip.size()) {
      throw new IOException("weights file " + file + " is a zip with two entries of one name");
    }
    return entries;
  }

  private static IOException damaged(Path file, Exception cause) {
    // Java says nothing where an entry begins or ends outside of the file.
    String message = cause.getMessage();
    String what = message == null ? "an entry is not inside" : PyTorchPickle.shown(message);
    return new IOException(
        "weights file " + file + " is a truncated or damaged zip: " + what, cause);
  }

  private String text(ZipEntry entry) throws IOException {
    return new String(bytes(entry, 0, size(entry, 16)), StandardCharsets.UTF_8);
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
    ZipEntry entry = entries.get(folder + "data/" + storage.key());
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
      throw damaged(file, e);
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
