package org.gradcam4j.zoo.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** A weight file: arrays of numbers by name, read piece by piece. */
public interface NamedArrays extends Closeable {
  /** The file. */
  Path file();

  /** The names of all arrays of floating-point numbers. */
  Set<String> names();

  /** In which order the arrays' axes lie. */
  default Axes axes() {
    return Axes.OUT_FIRST;
  }

  /** The sizes of an array. */
  long[] shape(String name);

  /**
   * Reads a part of an array in row-major order.
   *
   * @param from the first element
   * @param count how many
   * @throws IOException if the file cannot be read or ends before them
   */
  double[] read(String name, long from, int count) throws IOException;
}
