package org.gradcam4j.zoo.weights;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.gradcam4j.zoo.weights.PyTorchPickle.Storage;

/** A file of PyTorch's: the pickled object, and the storages that its tensors refer to. */
interface PyTorchStorages extends Closeable {
  /** No pickle is longer: the numbers are not in it. */
  int MAX_PICKLE = 16 << 20;

  /** The object that was saved. */
  Object root();

  /**
   * Reads a part of a storage.
   *
   * @param from the first byte; within the storage
   * @param count how many bytes
   * @return little-endian
   * @throws IOException if the file cannot be read or ends before them
   */
  ByteBuffer read(Storage storage, long from, int count) throws IOException;

  /**
   * Reads a part of a file.
   *
   * @return little-endian
   * @throws IOException if it ends before
   */
  static ByteBuffer bytes(Path file, FileChannel channel, long position, int count)
      throws IOException {
    if (position > channel.size() - count) {
      throw new EOFException(
          "weights file " + file + " is truncated: it ends at byte " + channel.size());
    }
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("weights file " + file + " ended while it was read");
      }
    }
    return buffer.flip();
  }
}
