package org.gradcam4j.zoo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What pickles of PyTorch may name: the types of storages and the functions that make a tensor of a
 * place in one. Everything else is refused by name.
 *
 * <p>Source: PyTorch's torch/serialization.py and torch/_utils.py.
 */
final class PyTorchPickle implements PickleReader.Outside {
  private static final int MAX_RANK = 8;
  private static final int SHOWN = 80;

  /** The type of a storage's elements. */
  enum Type {
    /** binary32. */
    FLOAT(4),
    /** binary64. */
    DOUBLE(8),
    /** binary16. */
    HALF(2),
    /** The upper half of binary32. */
    BFLOAT16(2),
    /** Integers, which are only counted. */
    LONG(8),
    INT(4),
    SHORT(2),
    CHAR(1),
    BYTE(1),
    BOOL(1);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }

    boolean isFloating() {
      return ordinal() <= BFLOAT16.ordinal();
    }
  }

  /**
   * Numbers in a row, which tensors may share.
   *
   * @param key its name in the file
   * @param length how many elements it has
   */
  record Storage(Type type, String key, long length) {
    /** Its size. */
    long bytes() {
      return length * type.bytes();
    }
  }

  /**
   * A tensor as the file declares it, unchecked.
   *
   * @param offset of its first element in the storage, in elements
   * @param stride from one element to the next along each axis, in elements
   */
  record Tensor(Storage storage, long offset, long[] shape, long[] stride) {}

  /** A parameter as PyTorch before 0.4 wrote it: made of its tensor, or empty and then filled. */
  private static final class Parameter {
    private Tensor tensor;
  }

  private static final Map<String, Type> STORAGES =
      Map.of(
          "FloatStorage", Type.FLOAT,
          "DoubleStorage", Type.DOUBLE,
          "HalfStorage", Type.HALF,
          "BFloat16Storage", Type.BFLOAT16,
          "LongStorage", Type.LONG,
          "IntStorage", Type.INT,
          "ShortStorage", Type.SHORT,
          "CharStorage", Type.CHAR,
          "ByteStorage", Type.BYTE,
          "BoolStorage", Type.BOOL);

  private final Path file;
  private final Map<String, Storage> storages = new HashMap<>();

  PyTorchPickle(Path file) {
    this.file = file;
  }

  /** The value of one pickle, of which the buffer then stands behind. */
  Object read(ByteBuffer in) throws IOException {
    return PickleReader.read(file, in, this);
  }

  /** The storages that were named, by key. */
  Map<String, Storage> storages() {
    return storages;
  }

  @Override
  public Object global(String module, String name) throws IOException {
    return switch (module) {
      case "collections" ->
          name.equals("OrderedDict") ? PickleReader.ORDERED_DICT : none(module, name);
      case "torch" -> {
        if (name.equals("Size")) {
          yield (PickleReader.Call) this::size;
        }
        yield STORAGES.containsKey(name) ? STORAGES.get(name) : none(module, name);
      }
      case "torch._utils" ->
          switch (name) {
            case "_rebuild_tensor", "_rebuild_tensor_v2" -> (PickleReader.Call) this::tensor;
            case "_rebuild_parameter", "_rebuild_parameter_with_state" ->
                (PickleReader.Call) this::parameter;
            default -> none(module, name);
          };
      case "torch.nn.parameter" ->
          name.equals("Parameter") ? (PickleReader.Call) this::oldParameter : none(module, name);
      default -> none(module, name);
    };
  }

  private Object none(String module, String name) throws IOException {
    throw bad(
        "asks to call %s: a state dict never does; refused (of a whole model, save its state_dict())"
            .formatted(shown(module + "." + name)));
  }

  /** ('storage', type, key, location, elements), and before 1.6 a view of another or None. */
  @Override
  public Object persistent(Object id) throws IOException {
    if (!(id instanceof Object[] parts
        && parts.length >= 5
        && "storage".equals(parts[0])
        && parts[1] instanceof Type type
        && parts[2] instanceof String key
        && parts[4] instanceof Long length)) {
      throw bad("refers to something that is not a storage");
    }
    if (parts.length > 5 && parts[5] != null) {
      throw bad(
          "holds views of storages, as only the oldest PyTorch wrote: load it and save it again");
    }
    if (length < 0 || length > Long.MAX_VALUE / type.bytes()) {
      throw bad("declares a storage of " + length + " elements");
    }
    Storage storage = new Storage(type, key, length);
    Storage known = storages.putIfAbsent(key, storage);
    if (known != null && !known.equals(storage)) {
      throw bad("declares storage '%s' in two ways".formatted(shown(key)));
    }
    return known == null ? storage : known;
  }

  private Object size(Object[] arguments) throws IOException {
    if (arguments.length != 1 || !(arguments[0] instanceof Object[])) {
      throw bad("makes a torch.Size of what is not a tuple");
    }
    return arguments[0];
  }

  /** (storage, offset, size, stride, ...); what follows is of use to training alone. */
  private Object tensor(Object[] arguments) throws IOException {
    if (arguments.length < 4
        || !(arguments[0] instanceof Storage storage)
        || !(arguments[1] instanceof Long offset)) {
      throw bad("makes a tensor of what is not a storage and a place in it");
    }
    long[] shape = numbers(arguments[2]);
    long[] stride = numbers(arguments[3]);
    if (shape.length != stride.length) {
      throw bad("makes a tensor of %d sizes and %d strides".formatted(shape.length, stride.length));
    }
    return new Tensor(storage, offset, shape, stride);
  }

  private Object parameter(Object[] arguments) throws IOException {
    if (arguments.length < 1 || !(arguments[0] instanceof Tensor)) {
      throw bad("makes a parameter of what is not a tensor");
    }
    return arguments[0];
  }

  private Object oldParameter(Object[] arguments) throws IOException {
    Parameter parameter = new Parameter();
    if (arguments.length > 0) {
      parameter.tensor = (Tensor) parameter(arguments);
    }
    return parameter;
  }

  /** (requires_grad, ...), or of the oldest (tensor, gradient, ...). */
  @Override
  public void setState(Object object, Object state) throws IOException {
    if (!(object instanceof Parameter parameter) || !(state instanceof Object[] parts)) {
      throw bad("sets the state of an object, which no state dict does: refused");
    }
    if (parts.length > 0 && parts[0] instanceof Tensor tensor) {
      parameter.tensor = tensor;
    }
  }

  /** The tensor that a value is, or is a parameter of. */
  static Optional<Tensor> tensorOf(Object value) {
    Object tensor = value instanceof Parameter parameter ? parameter.tensor : value;
    return tensor instanceof Tensor found ? Optional.of(found) : Optional.empty();
  }

  private long[] numbers(Object tuple) throws IOException {
    if (!(tuple instanceof Object[] values)) {
      throw bad("makes a tensor whose sizes and strides are not tuples");
    }
    // Before anything is copied: one long tuple may be given to many tensors.
    if (values.length > MAX_RANK) {
      throw bad(
          "makes a tensor of %d axes, expected at most %d".formatted(values.length, MAX_RANK));
    }
    long[] numbers = new long[values.length];
    for (int i = 0; i < numbers.length; i++) {
      if (!(values[i] instanceof Long number) || number < 0) {
        throw bad("makes a tensor with a size or stride that is not a number from 0 on");
      }
      numbers[i] = number;
    }
    return numbers;
  }

  /** A text of the file's for a message: one line, not too long. */
  static String shown(String text) {
    String line = text.substring(0, Math.min(SHOWN, text.length())).replaceAll("\\p{C}", "?");
    return text.length() > SHOWN ? line + "..." : line;
  }

  private IOException bad(String what) {
    return new IOException("weights file " + file + " " + what);
  }
}
