package org.gradcam4j.zoo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradcam4j.zoo.weights.PyTorchPickle.Storage;
import org.gradcam4j.zoo.weights.PyTorchPickle.Tensor;

/**
 * A state dict that PyTorch's {@code torch.save} wrote, in the form of 1.6 and later or one of the
 * two before. A checkpoint that holds it under {@code state_dict}, {@code model_state_dict} or
 * {@code model} is read too, and {@code module.}, with which DataParallel begins all names, is left
 * out.
 *
 * <p>Nothing of the file is trusted, and nothing of it is run: a pickle that asks for any function
 * but those that make tensors is refused. Half, bfloat16, float and double tensors are read;
 * tensors of integers are left out.
 *
 * <p>Source: PyTorch's torch/serialization.py.
 */
final class PyTorchStateDict implements NamedArrays {
  private static final List<String> WRAPPERS = List.of("state_dict", "model_state_dict", "model");
  private static final String PARALLEL = "module.";
  private static final int SHOWN = 5;

  /** How many numbers of a storage are in memory at once. */
  private static final int WINDOW = 1 << 20;

  private final Path file;
  private final PyTorchStorages storages;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private PyTorchStateDict(Path file, PyTorchStorages storages) throws IOException {
    this.file = file;
    this.storages = storages;
    Map<String, Tensor> found = tensors(storages.root());
    boolean parallel = found.keySet().stream().allMatch(n -> n.startsWith(PARALLEL));
    for (Map.Entry<String, Tensor> entry : found.entrySet()) {
      String name = entry.getKey();
      check(name, entry.getValue());
      if (entry.getValue().storage().type().isFloating()) {
        tensors.put(parallel ? name.substring(PARALLEL.length()) : name, entry.getValue());
      }
    }
  }

  /**
   * Opens a file and checks all that it declares.
   *
   * @throws IOException if it is missing, truncated, damaged, holds no state dict or asks for code
   *     to be run, saying which
   */
  public static PyTorchStateDict open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("weights file " + file + ": no such file");
    }
    PyTorchStorages storages = storages(file);
    try {
      return new PyTorchStateDict(file, storages);
    } catch (IOException | RuntimeException e) {
      storages.close();
      throw e;
    }
  }

  private static PyTorchStorages storages(Path file) throws IOException {
    ByteBuffer head = WeightFile.head(file);
    if (PyTorchZip.begins(head)) {
      return PyTorchZip.open(file);
    }
    return PyTorchTar.begins(head) ? PyTorchTar.open(file) : PyTorchLegacy.open(file);
  }

  private Map<String, Tensor> tensors(Object root) throws IOException {
    if (!(root instanceof Map<?, ?> dict)) {
      throw bad("does not hold a dictionary: save a model's state_dict()");
    }
    for (String wrapper : WRAPPERS) {
      if (dict.get(wrapper) instanceof Map<?, ?> inner) {
        dict = inner;
        break;
      }
    }
    Map<String, Tensor> found = new LinkedHashMap<>();
    dict.forEach(
        (key, value) ->
            PyTorchPickle.tensorOf(value).ifPresent(tensor -> found.put((String) key, tensor)));
    if (found.isEmpty()) {
      throw bad(
          "holds no tensors, at its top or under %s; its keys: %s"
              .formatted(String.join(", ", WRAPPERS), some(dict.keySet())));
    }
    return found;
  }

  private static String some(Set<?> keys) {
    String some =
        keys.stream()
            .limit(SHOWN)
            .map(key -> PyTorchPickle.shown((String) key))
            .collect(Collectors.joining(", "));
    return some + (keys.isEmpty() ? "none" : keys.size() > SHOWN ? ", ..." : "");
  }

  /** A tensor must lie in its storage and be no larger: so the file's size bounds all others. */
  private void check(String name, Tensor tensor) throws IOException {
    long length = tensor.storage().length();
    try {
      long last = tensor.offset();
      for (int axis = 0; axis < tensor.shape().length; axis++) {
        long steps = Math.max(0, tensor.shape()[axis] - 1);
        last = Math.addExact(last, Math.multiplyExact(steps, tensor.stride()[axis]));
      }
      long elements = elements(tensor);
      if (tensor.offset() >= 0 && (elements == 0 || last < length && elements <= length)) {
        return;
      }
    } catch (ArithmeticException e) {
      // Larger than any storage.
    }
    throw bad(
        "gives tensor '%s' shape %s, strides %s and offset %d in a storage of %d numbers"
            .formatted(
                PyTorchPickle.shown(name),
                Arrays.toString(tensor.shape()),
                Arrays.toString(tensor.stride()),
                tensor.offset(),
                length));
  }

  private static long elements(Tensor tensor) {
    // An empty axis makes any other sizes harmless.
    if (Arrays.stream(tensor.shape()).anyMatch(size -> size == 0)) {
      return 0;
    }
    return Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact);
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public long[] shape(String name) {
    return tensor(name).shape().clone();
  }

  private Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("weights file " + file + " has no array '" + name + "'");
    }
    return tensor;
  }

  @Override
  public double[] read(String name, long from, int count) throws IOException {
    Tensor tensor = tensor(name);
    Objects.checkFromIndexSize(from, count, elements(tensor));
    double[] values = new double[count];
    if (isContiguous(tensor)) {
      for (long done = 0; done < count; done += WINDOW) {
        int more = (int) Math.min(WINDOW, count - done);
        double[] window = window(tensor.storage(), tensor.offset() + from + done, more);
        System.arraycopy(window, 0, values, (int) done, more);
      }
    } else {
      gather(tensor, from, values);
    }
    return values;
  }

  private static boolean isContiguous(Tensor tensor) {
    long expected = 1;
    for (int axis = tensor.shape().length - 1; axis >= 0; axis--) {
      if (tensor.shape()[axis] != 1 && tensor.stride()[axis] != expected) {
        return false;
      }
      expected *= tensor.shape()[axis];
    }
    return true;
  }

  /** Goes once through the part of the storage where the elements lie, window by window. */
  private void gather(Tensor tensor, long from, double[] values) throws IOException {
    long[] places = new long[values.length];
    Arrays.setAll(places, i -> place(tensor, from + i));
    long first = Arrays.stream(places).min().orElse(0);
    long end = Arrays.stream(places).max().orElse(-1) + 1;
    for (long start = first; start < end; start += WINDOW) {
      int length = (int) Math.min(WINDOW, end - start);
      double[] window = window(tensor.storage(), start, length);
      for (int i = 0; i < values.length; i++) {
        if (places[i] >= start && places[i] - start < length) {
          values[i] = window[(int) (places[i] - start)];
        }
      }
    }
  }

  /** Where in the storage an element of row-major order is. */
  private static long place(Tensor tensor, long element) {
    long place = tensor.offset();
    long rest = element;
    for (int axis = tensor.shape().length - 1; axis >= 0; axis--) {
      place += rest % tensor.shape()[axis] * tensor.stride()[axis];
      rest /= tensor.shape()[axis];
    }
    return place;
  }

  private double[] window(Storage storage, long from, int count) throws IOException {
    int size = storage.type().bytes();
    ByteBuffer bytes = storages.read(storage, from * size, count * size);
    double[] values = new double[count];
    switch (storage.type()) {
      case FLOAT -> Arrays.setAll(values, i -> bytes.getFloat(4 * i));
      case DOUBLE -> Arrays.setAll(values, i -> bytes.getDouble(8 * i));
      case HALF -> Arrays.setAll(values, i -> SafeTensors.half(bytes.getShort(2 * i)));
      case BFLOAT16 ->
          Arrays.setAll(values, i -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16));
      default -> throw new IllegalArgumentException("a storage of integers");
    }
    return values;
  }

  private IOException bad(String what) {
    return new IOException("weights file " + file + " " + what);
  }

  @Override
  public void close() throws IOException {
    storages.close();
  }
}
