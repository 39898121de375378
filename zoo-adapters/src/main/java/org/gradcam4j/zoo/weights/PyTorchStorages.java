package org.gradcam4j.zoo.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
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
}
