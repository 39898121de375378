package org.gradcam4j.zoo.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gradcam4j.zoo.weights.PyTorchPickle.Storage;

/**
 * The form of PyTorch before 1.6: five pickles (a magic number, the version 1001, the machine, the
 * saved object, the storages' keys), then for each key the number of elements as 8 bytes and the
 * elements, little-endian.
 */
final class PyTorchLegacy implements PyTorchStorages {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  private final Path file;
  private final FileChannel channel;
  private final Object root;
  private final Map<String, Long> places = new HashMap<>();

  private PyTorchLegacy(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    ByteBuffer head = bytes(0, (int) Math.min(channel.size(), MAX_PICKLE));
    PyTorchPickle reader = new PyTorchPickle(file);
    if (!MAGIC.equals(reader.read(head))) {
      throw bad("does not begin with PyTorch's magic number");
    }
    Object version = reader.read(head);
    if (!(version instanceof Long number) || number != VERSION) {
      throw bad("is not of PyTorch's version " + VERSION + " of the form before 1.6");
    }
    reader.read(head);
    this.root = reader.read(head);
    if (!(reader.read(head) instanceof List<?> keys)) {
      throw bad("has no list of storages");
    }
    findStorages(keys, reader.storages(), head.position());
  }

  static PyTorchLegacy open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new PyTorchLegacy(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Whether a file with this beginning is of this form. */
  static boolean begins(ByteBuffer head) {
    // The magic number stands behind the protocol and, from protocol 4 on, a frame.
    byte[] number = MAGIC.toByteArray();
    for (int at = 3; at < 16 && at + number.length < head.limit(); at++) {
      int same = 0;
      while (same < number.length && head.get(at + same) == number[number.length - 1 - same]) {
        same++;
      }
      if (same == number.length) {
        return head.get(0) == (byte) 0x80;
      }
    }
    return false;
  }

  private void findStorages(List<?> keys, Map<String, Storage> storages, long start)
      throws IOException {
    long at = start;
    for (Object key : keys) {
      Storage storage = key instanceof String text ? storages.get(text) : null;
      if (storage == null || places.containsKey(storage.key())) {
        throw bad("lists a storage that no tensor has, or lists one twice");
      }
      long length = bytes(at, Long.BYTES).getLong();
      if (length != storage.length()) {
        throw bad(
            "has %d numbers in storage '%s', expected %d"
                .formatted(length, PyTorchPickle.shown(storage.key()), storage.length()));
      }
      at += Long.BYTES;
      if (storage.bytes() > channel.size() - at) {
        throw bad(
            "is truncated: storage '%s' needs %d bytes, there are %d"
                .formatted(
                    PyTorchPickle.shown(storage.key()), storage.bytes(), channel.size() - at));
      }
      places.put(storage.key(), at);
      at += storage.bytes();
    }
    if (places.size() < storages.size()) {
      throw bad("lists %d of its %d storages".formatted(places.size(), storages.size()));
    }
    if (at < channel.size()) {
      throw bad("is too long: its storages end at byte %d of %d".formatted(at, channel.size()));
    }
  }

  @Override
  public Object root() {
    return root;
  }

  @Override
  public ByteBuffer read(Storage storage, long from, int count) throws IOException {
    return bytes(places.get(storage.key()) + from, count);
  }

  private ByteBuffer bytes(long position, int count) throws IOException {
    return PyTorchStorages.bytes(file, channel, position, count);
  }

  private IOException bad(String what) {
    return new IOException("weights file " + file + " " + what);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
