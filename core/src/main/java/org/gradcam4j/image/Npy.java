package org.gradcam4j.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gradcam4j.file.Atomically;

/**
 * NumPy's array files (.npy, format versions 1 to 3), without evaluating the header as Python.
 *
 * <p>Read: {@code <f4 <f8 |u1 |i1 <u2 <i2 <u4 <i4 <i8} in C order. Written: {@code <f4}, version 1.
 * Source: numpy.lib.format.
 */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final int MAX_HEADER = 1 << 16;

  /** A double holds every integer up to here. */
  private static final long MAX_EXACT = 1L << 53;

  private static final Pattern HEADER =
      Pattern.compile(
          "\\{(?=.*'descr':\\s*'(?<descr>[^']{1,16})')"
              + "(?=.*'fortran_order':\\s*(?<fortran>True|False))"
              + "(?=.*'shape':\\s*\\((?<shape>[^)]{0,400})\\)).*\\}\\s*",
          Pattern.DOTALL);

  private Npy() {}

  /**
   * Reads an array.
   *
   * @throws IOException with one line that names the file and says what is wrong with it: not a
   *     NumPy file, another type or order, a size that does not agree with the shape
   */
  public static NpyArray read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("no such NumPy file: " + file.toAbsolutePath());
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return read(channel);
    } catch (MalformedException e) {
      throw new IOException("cannot read the NumPy file " + file + ": " + e.getMessage(), e);
    }
  }

  private static NpyArray read(SeekableByteChannel channel) throws IOException {
    ByteBuffer start = bytes(channel, 8, "its start");
    for (byte expected : MAGIC) {
      if (start.get() != expected) {
        throw new MalformedException("it does not begin with NumPy's signature");
      }
    }
    int version = start.get();
    if (version < 1 || version > 3) {
      throw new MalformedException("expected format version 1, 2 or 3, got " + version);
    }
    long length =
        version == 1
            ? bytes(channel, 2, "its header's length").getShort() & 0xFFFF
            : bytes(channel, 4, "its header's length").getInt() & 0xFFFFFFFFL;
    if (length > MAX_HEADER) {
      throw new MalformedException("its header has " + length + " bytes, at most " + MAX_HEADER);
    }
    byte[] header = bytes(channel, (int) length, "its header").array();
    Matcher fields =
        HEADER.matcher(
            new String(
                header, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    if (!fields.matches()) {
      throw new MalformedException("its header does not give descr, fortran_order and shape");
    }
    int[] shape = shape(fields.group("shape"));
    if (fields.group("fortran").equals("True")) {
      throw new MalformedException("it is in Fortran order: save numpy.ascontiguousarray(a)");
    }
    return values(channel, fields.group("descr"), shape);
  }

  private static NpyArray values(SeekableByteChannel channel, String descr, int[] shape)
      throws IOException {
    int width =
        switch (descr) {
          case "|u1", "|i1" -> 1;
          case "<u2", "<i2" -> 2;
          case "<f4", "<i4", "<u4" -> 4;
          case "<f8", "<i8" -> 8;
          default ->
              throw new MalformedException(
                  "its type is " + descr + ": save it as float32 (a.astype('<f4'))");
        };
    int count = elements(shape);
    long expected = (long) count * width;
    long present = channel.size() - channel.position();
    if (present != expected) {
      throw new MalformedException(
          "its shape "
              + Arrays.toString(shape)
              + " of "
              + descr
              + " needs "
              + expected
              + " bytes, the file has "
              + present
              + (present < expected ? ": it is cut off" : ": it is too long"));
    }
    double[] values = new double[count];
    int step = 1 << 13;
    for (int from = 0; from < count; from += step) {
      int to = Math.min(count, from + step);
      ByteBuffer data = bytes(channel, (to - from) * width, "its data");
      for (int i = from; i < to; i++) {
        values[i] = value(data, descr);
      }
    }
    return new NpyArray(shape, values);
  }

  private static double value(ByteBuffer data, String descr) throws IOException {
    return switch (descr) {
      case "|u1" -> data.get() & 0xFF;
      case "|i1" -> data.get();
      case "<u2" -> data.getShort() & 0xFFFF;
      case "<i2" -> data.getShort();
      case "<u4" -> data.getInt() & 0xFFFFFFFFL;
      case "<i4" -> data.getInt();
      case "<f4" -> data.getFloat();
      case "<f8" -> data.getDouble();
      default -> exact(data.getLong());
    };
  }

  private static double exact(long value) throws IOException {
    if (value > MAX_EXACT || value < -MAX_EXACT) {
      throw new MalformedException("its integer " + value + " does not fit a double exactly");
    }
    return value;
  }

  private static int[] shape(String text) throws IOException {
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      return new int[0];
    }
    String[] parts = trimmed.split(",");
    int[] shape = new int[parts.length];
    for (int i = 0; i < shape.length; i++) {
      String size = parts[i].strip();
      if (!size.matches("[0-9]{1,10}") || Long.parseLong(size) > Integer.MAX_VALUE) {
        throw new MalformedException("its shape (" + trimmed + ") has an impossible size");
      }
      shape[i] = Integer.parseInt(size);
    }
    return shape;
  }

  private static int elements(int[] shape) throws IOException {
    long count = 1;
    for (int size : shape) {
      // Sizes after a zero are multiplied too: no product of ints can overflow before the check.
      count *= size;
      if (count > Integer.MAX_VALUE / 8) {
        throw new MalformedException(
            "its shape " + Arrays.toString(shape) + " has too many values");
      }
    }
    return (int) count;
  }

  private static ByteBuffer bytes(SeekableByteChannel channel, int length, String what)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new MalformedException("it is cut off in " + what);
      }
    }
    return buffer.flip();
  }

  /**
   * Writes an array as {@code <f4}; beside the file first, then renamed.
   *
   * @param values in row (C) order
   * @param shape sizes of the axes, outermost first
   * @throws IllegalArgumentException if the shape does not have as many elements as values are
   *     given
   */
  public static void write(Path file, float[] values, int... shape) throws IOException {
    byte[] start = start(values.length, shape);
    Atomically.write(
        file,
        out -> {
          out.write(start);
          writeFloats(out, values);
        });
  }

  /** The bytes of the file with these values. */
  static byte[] bytes(float[] values, int... shape) {
    byte[] start = start(values.length, shape);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.addExact(start.length, values.length * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(start).asFloatBuffer().put(values);
    return bytes.array();
  }

  /** Signature, version and header. */
  private static byte[] start(int values, int... shape) {
    long count = 1;
    StringBuilder sizes = new StringBuilder();
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("a size is negative: " + Arrays.toString(shape));
      }
      count = Math.multiplyExact(count, (long) size);
      sizes.append(size).append(", ");
    }
    if (count != values) {
      throw new IllegalArgumentException(
          "the shape "
              + Arrays.toString(shape)
              + " has "
              + count
              + " elements, got "
              + values
              + " values");
    }
    // (3,) needs its comma, (3, 4, ) is as good as (3, 4) but not what NumPy writes.
    String tuple = sizes.toString().strip();
    if (shape.length > 1) {
      tuple = tuple.substring(0, tuple.length() - 1);
    }
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + tuple + "), }";
    int unpadded = MAGIC.length + 2 + 2 + header.length() + 1;
    int padded = (unpadded + 63) / 64 * 64;
    ByteBuffer start = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
    start.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (padded - MAGIC.length - 4));
    start.put((header + " ".repeat(padded - unpadded) + "\n").getBytes(StandardCharsets.US_ASCII));
    return start.array();
  }

  private static void writeFloats(OutputStream out, float[] values) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 15).order(ByteOrder.LITTLE_ENDIAN);
    int step = buffer.capacity() / Float.BYTES;
    for (int from = 0; from < values.length; from += step) {
      int count = Math.min(step, values.length - from);
      buffer.clear().asFloatBuffer().put(values, from, count);
      out.write(buffer.array(), 0, count * Float.BYTES);
    }
  }

  /** What is wrong with the file, without its name. */
  private static final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }
}
