package org.gradcam4j.zoo.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle as data. A pickle is a program for a stack machine that may call anything by name;
 * here only the names that {@link Outside} knows exist, and nothing else is ever called.
 *
 * <p>Python's values become: None null, bool {@link Boolean}, int {@link Long} ({@link BigInteger}
 * where it does not fit), float {@link Double}, str {@link String}, bytes {@code byte[]}, list
 * {@link List}, tuple {@code Object[]}, dict and OrderedDict {@link Map} of the entries whose keys
 * are text. Nothing is ever compared, copied or walked as a whole, so that cycles and shared parts
 * cost nothing.
 *
 * <p>Why no library: net.razorvine's Unpickler keeps the names that it may construct in a map of
 * the whole process that anyone can add to, makes an object of its own for every other name,
 * allocates whatever length a pickle declares, hashes what a pickle uses as a key, and finds {@code
 * __setstate__} by reflection; the methods that do so cannot be overridden. This reader knows the
 * operations that Python writes in protocols 2 to 5 for a state dict, and no others.
 *
 * <p>Time and memory are bounded by the number of operations: each makes at most one small value
 * beside the bytes that the pickle itself holds.
 *
 * <p>Source: CPython's Lib/pickletools.py.
 */
final class PickleReader {
  /** The class of ordered dictionaries, called with nothing or with a list of pairs. */
  static final Object ORDERED_DICT = new Object();

  /** Enough for 20,000 tensors; large networks have a thousand. */
  private static final int MAX_OPERATIONS = 1 << 20;

  /** What a pickle may use from outside of itself. */
  interface Outside {
    /**
     * What a global name stands for: a value to pass on, a {@link Call} or {@link #ORDERED_DICT}.
     *
     * @throws IOException if it is none of the few that exist, naming it
     */
    Object global(String module, String name) throws IOException;

    /**
     * What a persistent id stands for.
     *
     * @throws IOException if it is not one
     */
    Object persistent(Object id) throws IOException;

    /**
     * Sets the state of an object that is not a dictionary.
     *
     * @throws IOException if it takes none
     */
    void setState(Object object, Object state) throws IOException;
  }

  /** A function that a pickle may call. */
  @FunctionalInterface
  interface Call {
    /** Its value. */
    Object of(Object[] arguments) throws IOException;
  }

  private final Path file;
  private final ByteBuffer in;
  private final Outside outside;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private int operations;

  private PickleReader(Path file, ByteBuffer in, Outside outside) {
    this.file = file;
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    this.outside = outside;
  }

  /**
   * Reads one pickle; the buffer then stands behind it.
   *
   * @param file whose pickle it is, for messages
   * @throws IOException if it is damaged, too long, or asks for what does not exist, saying which
   */
  static Object read(Path file, ByteBuffer in, Outside outside) throws IOException {
    return new PickleReader(file, in, outside).run();
  }

  private Object run() throws IOException {
    while (true) {
      count(1);
      int operation = bytes(1).get() & 0xFF;
      if (operation == '.') {
        return pop();
      }
      step(operation);
    }
  }

  private void step(int operation) throws IOException {
    switch (operation) {
      case 0x80 -> protocol();
      // A frame says how far to read ahead; what is in it follows as if it were not there.
      case 0x95 -> bytes(8);
      case 'c' -> push(outside.global(line(), line()));
      case 0x93 -> stackGlobal();
      case 'i' -> instance();
      // A class calls its maker, which here is the same.
      case 'R', 0x81 -> call();
      case 'b' -> build();
      case 'Q' -> push(outside.persistent(pop()));

      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) bytes(4).getInt());
      case 'K' -> push(length(1));
      case 'M' -> push(length(2));
      case 0x8a -> integer(length(1));
      case 'G' -> push(bytes(8).order(ByteOrder.BIG_ENDIAN).getDouble());
      case 'X' -> push(text(length(4), StandardCharsets.UTF_8));
      case 0x8c -> push(text(length(1), StandardCharsets.UTF_8));
      case 0x8d -> push(text(length(8), StandardCharsets.UTF_8));
      // The text of Python 2, which published old files.
      case 'T' -> push(text(length(4), StandardCharsets.ISO_8859_1));
      case 'U' -> push(text(length(1), StandardCharsets.ISO_8859_1));
      case 'B' -> push(array(length(4)));
      case 'C' -> push(array(length(1)));
      case 0x8e -> push(array(length(8)));

      case '(' -> marks.add(stack.size());
      case ')' -> push(new Object[0]);
      case 0x85 -> push(pop(1));
      case 0x86 -> push(pop(2));
      case 0x87 -> push(pop(3));
      case 't' -> push(popMarked());
      case ']' -> push(new ArrayList<>(0));
      case 'a' -> append(pop(1));
      case 'e' -> append(popMarked());
      case '}' -> push(new LinkedHashMap<>());
      case 's' -> put(pop(2));
      case 'u' -> put(popMarked());

      case 'q' -> memo.put((int) length(1), peek());
      case 'r' -> memo.put((int) length(4), peek());
      case 0x94 -> memo.put(memo.size(), peek());
      case 'h' -> push(remembered((int) length(1)));
      case 'j' -> push(remembered((int) length(4)));
      default ->
          throw bad("uses pickle operation 0x%02x, which no state dict has".formatted(operation));
    }
  }

  private void protocol() throws IOException {
    long protocol = length(1);
    if (protocol < 2 || protocol > 5) {
      throw bad("is pickled by protocol " + protocol + ", expected 2 to 5");
    }
  }

  private void stackGlobal() throws IOException {
    Object[] names = pop(2);
    if (!(names[0] instanceof String module && names[1] instanceof String name)) {
      throw damaged("a global without a name");
    }
    push(outside.global(module, name));
  }

  /** The old way to make an object: read only to say of what class. */
  private void instance() throws IOException {
    outside.global(line(), line());
    throw bad("makes an object in a way that no state dict does: refused");
  }

  private void call() throws IOException {
    Object[] call = pop(2);
    if (!(call[1] instanceof Object[] arguments)) {
      throw damaged("a call without arguments");
    }
    if (call[0] == ORDERED_DICT) {
      push(orderedDict(arguments));
    } else if (call[0] instanceof Call function) {
      push(function.of(arguments));
    } else {
      throw damaged("a call of what is not a function");
    }
  }

  private Map<String, Object> orderedDict(Object[] arguments) throws IOException {
    Map<String, Object> dict = new LinkedHashMap<>();
    if (arguments.length == 0) {
      return dict;
    }
    if (arguments.length != 1 || !(arguments[0] instanceof List<?> pairs)) {
      throw damaged("an OrderedDict of what is not a list of pairs");
    }
    // The same list may be given to many dictionaries.
    count(pairs.size());
    for (Object pair : pairs) {
      if (pair instanceof Object[] tuple && tuple.length == 2) {
        put(dict, tuple[0], tuple[1]);
      } else if (pair instanceof List<?> list && list.size() == 2) {
        put(dict, list.get(0), list.get(1));
      } else {
        throw damaged("an OrderedDict of what is not a list of pairs");
      }
    }
    return dict;
  }

  private void build() throws IOException {
    Object state = pop();
    // What was noted about a dictionary beside its entries is of no use here.
    if (!(peek() instanceof Map)) {
      outside.setState(peek(), state);
    }
  }

  private void append(Object[] values) throws IOException {
    if (!(peek() instanceof List<?>)) {
      throw damaged("an item for what is not a list");
    }
    @SuppressWarnings("unchecked") // Only this class makes lists, and of objects.
    List<Object> list = (List<Object>) peek();
    Collections.addAll(list, values);
  }

  private void put(Object[] keysAndValues) throws IOException {
    if (!(peek() instanceof Map<?, ?>) || keysAndValues.length % 2 != 0) {
      throw damaged("an entry for what is not a dictionary");
    }
    @SuppressWarnings("unchecked") // Only this class makes maps, and by text.
    Map<String, Object> dict = (Map<String, Object>) peek();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      put(dict, keysAndValues[i], keysAndValues[i + 1]);
    }
  }

  /** Other keys are not needed, and their hashes might cost anything. */
  private static void put(Map<String, Object> dict, Object key, Object value) {
    if (key instanceof String text) {
      dict.put(text, value);
    }
  }

  private void integer(long size) throws IOException {
    byte[] littleEndian = array(size);
    byte[] bigEndian = new byte[littleEndian.length + 1];
    bigEndian[0] = (byte) (size > 0 && littleEndian[littleEndian.length - 1] < 0 ? -1 : 0);
    for (int i = 0; i < littleEndian.length; i++) {
      bigEndian[bigEndian.length - 1 - i] = littleEndian[i];
    }
    BigInteger value = new BigInteger(bigEndian);
    push(value.bitLength() < Long.SIZE ? (Object) value.longValue() : value);
  }

  private Object remembered(int index) throws IOException {
    if (!memo.containsKey(index)) {
      throw damaged("a memo that was never made");
    }
    return memo.get(index);
  }

  private void push(Object value) {
    stack.add(value);
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private Object peek() throws IOException {
    if (stack.size() <= floor()) {
      throw damaged("an empty stack");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws IOException {
    peek();
    return stack.remove(stack.size() - 1);
  }

  private Object[] pop(int count) throws IOException {
    if (stack.size() - count < floor()) {
      throw damaged("an empty stack");
    }
    List<Object> top = stack.subList(stack.size() - count, stack.size());
    Object[] values = top.toArray();
    top.clear();
    return values;
  }

  private Object[] popMarked() throws IOException {
    if (marks.isEmpty()) {
      throw damaged("no mark");
    }
    Object[] values = pop(stack.size() - floor());
    marks.remove(marks.size() - 1);
    return values;
  }

  private void count(int more) throws IOException {
    operations += more;
    if (operations > MAX_OPERATIONS) {
      throw bad("has a pickle of more than " + MAX_OPERATIONS + " operations: too many");
    }
  }

  /** An unsigned number, as far as a long holds it. */
  private long length(int size) throws IOException {
    ByteBuffer bytes = bytes(size);
    return switch (size) {
      case 1 -> bytes.get() & 0xFF;
      case 2 -> bytes.getShort() & 0xFFFF;
      case 4 -> bytes.getInt() & 0xFFFFFFFFL;
      default -> bytes.getLong();
    };
  }

  private String text(long size, Charset charset) throws IOException {
    return new String(array(size), charset);
  }

  private byte[] array(long size) throws IOException {
    ByteBuffer bytes = bytes(size);
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    return array;
  }

  private String line() throws IOException {
    int end = in.position();
    while (end < in.limit() && in.get(end) != '\n') {
      end++;
    }
    String line = text(end - in.position(), StandardCharsets.UTF_8);
    bytes(1);
    return line;
  }

  /** The next bytes, which are there: nothing is allocated. */
  private ByteBuffer bytes(long size) throws IOException {
    if (size < 0 || size > in.remaining()) {
      throw bad(
          "is truncated or damaged: its pickle needs %s more bytes, there are %d"
              .formatted(Long.toUnsignedString(size), in.remaining()));
    }
    ByteBuffer bytes = in.slice(in.position(), (int) size).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + (int) size);
    return bytes;
  }

  private IOException damaged(String what) {
    return bad("has a damaged pickle: " + what);
  }

  private IOException bad(String what) {
    return new IOException("weights file " + file + " " + what);
  }
}
