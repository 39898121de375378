package org.gradcam4j.zoo.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A safetensors file: 8 bytes with the header's length (little-endian), a JSON header that gives
 * each tensor's type, shape and place, then the numbers.
 *
 * <p>Nothing of the file is trusted: lengths, types, shapes and places are checked before anything
 * is read. F16, BF16, F32 and F64 tensors are read; tensors of integers are left out.
 *
 * <p>Source: the format's description in the safetensors project.
 */
public final class SafeTensors implements NamedArrays {
  private static final int MAX_HEADER = 100_000_000;
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(8)
                      .maxNumberLength(32)
                      .maxNameLength(4096)
                      .build())
              .build()
              .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));

  private enum Type {
    F16(2),
    BF16(2),
    F32(4),
    F64(8),
    BOOL(1),
    U8(1),
    I8(1),
    I16(2),
    U16(2),
    I32(4),
    U32(4),
    I64(8),
    U64(8);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    boolean isFloating() {
      return this == F16 || this == BF16 || this == F32 || this == F64;
    }
  }

  /** Where the bytes are. */
  private interface Source extends Closeable {
    long size() throws IOException;

    /** Fills the buffer as far as it can; -1 at the end. */
    int read(ByteBuffer to, long position) throws IOException;
  }

  private record FileSource(FileChannel channel) implements Source {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      return channel.read(to, position);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private record BytesSource(ByteBuffer bytes) implements Source {
    @Override
    public long size() {
      return bytes.capacity();
    }

    @Override
    public int read(ByteBuffer to, long position) {
      int count = (int) Math.min(to.remaining(), bytes.capacity() - position);
      if (count <= 0) {
        return -1;
      }
      to.put(bytes.slice((int) position, count));
      return count;
    }

    @Override
    public void close() {
      // Nothing is held open.
    }
  }

  private record Entry(String name, Type type, long[] shape, long begin, long end) {}

  private final Path file;
  private final Source source;
  private final long dataStart;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  private SafeTensors(Path file, Source source) throws IOException {
    this.file = file;
    this.source = source;
    long size = source.size();
    if (size < 8) {
      throw bad("has " + size + " bytes, a safetensors file has at least 8");
    }
    long length = bytes(0, 8).getLong();
    if (length < 2 || length > MAX_HEADER) {
      throw bad("says that its header has " + length + " bytes: it is not a safetensors file");
    }
    if (8 + length > size) {
      throw bad("is truncated: it has " + size + " bytes, its header alone needs " + (8 + length));
    }
    this.dataStart = 8 + length;
    readHeader(bytes(8, (int) length).array());
    checkPlaces(size - dataStart);
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws IOException if it is missing, truncated or not a well-formed safetensors file, saying
   *     which
   */
  public static SafeTensors open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("weights file " + file + ": no such file");
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new SafeTensors(file, new FileSource(channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The contents of a file that is in memory, as a resource is.
   *
   * @param name what to call it
   * @throws IOException if it is truncated or not a well-formed safetensors file, saying which
   */
  public static SafeTensors of(String name, byte[] contents) throws IOException {
    return new SafeTensors(Path.of(name), new BytesSource(ByteBuffer.wrap(contents)));
  }

  private IOException bad(String what) {
    return new IOException("weights file " + file + " " + what);
  }

  private void readHeader(byte[] json) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw bad("has a header that is not JSON: " + e.getOriginalMessage());
    }
    if (root == null || !root.isObject()) {
      throw bad("has a header that is not a JSON object");
    }
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals("__metadata__")) {
        field.getValue().properties().forEach(m -> metadata.put(m.getKey(), m.getValue().asText()));
      } else {
        entries.put(field.getKey(), entry(field.getKey(), field.getValue()));
      }
    }
  }

  private Entry entry(String name, JsonNode node) throws IOException {
    Type type;
    try {
      type = Type.valueOf(node.path("dtype").asText());
    } catch (IllegalArgumentException e) {
      throw bad("gives tensor '" + name + "' the unknown type " + node.path("dtype"));
    }
    long[] shape = numbers(name, node.path("shape"));
    long[] offsets = numbers(name, node.path("data_offsets"));
    if (offsets.length != 2) {
      throw bad("gives tensor '" + name + "' no place: expected two data_offsets");
    }
    long bytes = type.bytes;
    try {
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
    } catch (ArithmeticException e) {
      throw bad("gives tensor '" + name + "' the impossible shape " + Arrays.toString(shape));
    }
    if (offsets[1] - offsets[0] != bytes) {
      throw bad(
          "gives tensor '"
              + name
              + "' "
              + (offsets[1] - offsets[0])
              + " bytes: "
              + type
              + " of shape "
              + Arrays.toString(shape)
              + " has "
              + bytes);
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  private long[] numbers(String name, JsonNode array) throws IOException {
    long[] numbers = new long[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode number = array.get(i);
      if (!number.canConvertToLong() || !number.isIntegralNumber() || number.asLong() < 0) {
        throw bad("gives tensor '" + name + "' the bad number " + number);
      }
      numbers[i] = number.asLong();
    }
    if (!array.isArray()) {
      throw bad("gives tensor '" + name + "' no shape and data_offsets");
    }
    return numbers;
  }

  /** The tensors must fill the rest of the file without gaps or overlaps. */
  private void checkPlaces(long available) throws IOException {
    List<Entry> ordered =
        entries.values().stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    long end = 0;
    for (Entry entry : ordered) {
      if (entry.begin != end) {
        throw bad("puts tensor '" + entry.name + "' at byte " + entry.begin + ", expected " + end);
      }
      end = entry.end;
    }
    if (end > available) {
      throw bad("is truncated: its tensors need " + end + " bytes, it has " + available);
    }
    if (end < available) {
      throw bad("is too long: its tensors need " + end + " bytes, it has " + available);
    }
  }

  private ByteBuffer bytes(long position, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (source.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("weights file " + file + " ended while it was read");
      }
    }
    return buffer.flip();
  }

  @Override
  public Path file() {
    return file;
  }

  /** What the file says about itself. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  @Override
  public Set<String> names() {
    return entries.values().stream()
        .filter(e -> e.type.isFloating())
        .map(Entry::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  @Override
  public long[] shape(String name) {
    return entries.get(name).shape.clone();
  }

  @Override
  public double[] read(String name, long from, int count) throws IOException {
    Entry entry = entries.get(name);
    int size = entry.type.bytes;
    ByteBuffer buffer =
        bytes(dataStart + entry.begin + from * size, Math.multiplyExact(count, size));
    double[] values = new double[count];
    switch (entry.type) {
      case F32 -> Arrays.setAll(values, i -> buffer.getFloat(4 * i));
      case F64 -> Arrays.setAll(values, i -> buffer.getDouble(8 * i));
      case F16 -> Arrays.setAll(values, i -> half(buffer.getShort(2 * i)));
      case BF16 -> Arrays.setAll(values, i -> Float.intBitsToFloat(buffer.getShort(2 * i) << 16));
      default -> throw new IllegalArgumentException(name + " holds integers");
    }
    return values;
  }

  /** IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
  static double half(short bits) {
    int sign = bits < 0 ? -1 : 1;
    int exponent = bits >> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0) {
      return sign * Math.scalb((double) fraction, -24);
    }
    if (exponent == 0x1F) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return sign * Math.scalb((double) (fraction | 0x400), exponent - 25);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
