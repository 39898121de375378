package org.gradcam4j.zoo.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.gradcam4j.file.Atomically;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes safetensors files, which {@link SafeTensors} reads: beside their place, then renamed, so
 * that a reader sees the old file or the whole new one.
 */
public final class SafeTensorsWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How numbers are stored. */
  public enum Precision {
    /** IEEE 754 binary32. */
    F32(4),
    /** IEEE 754 binary16, rounded to nearest, ties to even. */
    F16(2);

    private final int bytes;

    Precision(int bytes) {
      this.bytes = bytes;
    }
  }

  private SafeTensorsWriter() {}

  /**
   * Writes arrays in the map's order.
   *
   * @param metadata what the file says about itself
   * @throws IllegalArgumentException if a number is not finite, or too large for the precision
   * @throws IOException if the file cannot be written
   */
  public static void write(
      Path file, Map<String, INDArray> arrays, Precision precision, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(arrays, precision, metadata);
    Atomically.write(
        file,
        out -> {
          out.write(buffer(8).putLong(header.length).array());
          out.write(header);
          for (Map.Entry<String, INDArray> array : arrays.entrySet()) {
            out.write(bytes(array.getKey(), array.getValue(), precision));
          }
        });
  }

  private static byte[] header(
      Map<String, INDArray> arrays, Precision precision, Map<String, String> metadata)
      throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode about = root.putObject("__metadata__");
    new TreeMap<>(metadata).forEach(about::put);
    long begin = 0;
    for (Map.Entry<String, INDArray> array : arrays.entrySet()) {
      ObjectNode entry = root.putObject(array.getKey());
      entry.put("dtype", precision.name());
      Arrays.stream(array.getValue().shape()).forEach(entry.putArray("shape")::add);
      long end = begin + array.getValue().length() * precision.bytes;
      entry.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    byte[] json = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    // The format wants the numbers to begin at a multiple of 8; spaces are its filler.
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static byte[] bytes(String name, INDArray array, Precision precision) {
    double[] values = array.dup('c').data().asDouble();
    ByteBuffer buffer = buffer(Math.multiplyExact(values.length, precision.bytes));
    for (double value : values) {
      short half = half((float) value);
      if (!Double.isFinite(value) || precision == Precision.F16 && (half & 0x7FFF) == 0x7C00) {
        throw new IllegalArgumentException(
            "array '" + name + "' holds " + value + ": it cannot be written as " + precision);
      }
      if (precision == Precision.F16) {
        buffer.putShort(half);
      } else {
        buffer.putFloat((float) value);
      }
    }
    return buffer.array();
  }

  /** A number as binary16: nearest, ties to even; infinity where it is too large. */
  static short half(float value) {
    int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
    double size = Math.abs((double) value);
    // Steps of 2^-24 below 2^-14, else of 2^-10 of the power of two below the number.
    int exponent = Math.max(-14, size == 0 ? -14 : Math.getExponent(size));
    double steps = Math.rint(Math.scalb(size, 10 - exponent));
    // Steps from 1024 on carry into the exponent's bits: 1024 is the leading one.
    long bits = (long) steps + ((long) (exponent + 14) << 10);
    return (short) (sign | Math.min(bits, 0x7C00));
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
