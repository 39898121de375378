package org.gradcam4j.zoo.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Pickles and PyTorch files made by hand, operation by operation. */
final class PickleBytes {
  private static final String MAGIC = "80028a0a6cfc9c46f9206aa850192e";
  private static final String VERSION = "80024de9032e";
  private static final String MACHINE = "80027d2e";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A pickle of protocol 2. */
  static PickleBytes pickle() {
    return new PickleBytes().op(0x80).op(2);
  }

  /** One operation, or any byte. */
  PickleBytes op(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  /** One-letter operations. */
  PickleBytes ops(String letters) {
    return op(letters.chars().toArray());
  }

  PickleBytes global(String module, String name) {
    return ops("c" + module + "\n" + name + "\n");
  }

  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return op('X').little(4, utf8.length).raw(utf8);
  }

  PickleBytes integer(long value) {
    return op(0x8a, 8).little(8, value);
  }

  PickleBytes little(int size, long value) {
    byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(bytes, 0, size);
    return this;
  }

  PickleBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** A tensor in storage '0' of so many numbers. */
  PickleBytes tensor(String type, long length, long offset, long[] shape, long[] stride) {
    global("torch._utils", "_rebuild_tensor_v2").ops("((").text("storage").global("torch", type);
    text("0").text("cpu").integer(length).ops("tQ").integer(offset);
    return tuple(shape).tuple(stride).ops("\u0089").ops("}tR");
  }

  PickleBytes tuple(long... numbers) {
    op('(');
    for (long number : numbers) {
      integer(number);
    }
    return op('t');
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** A pickle as a file of PyTorch before 1.6, with the bytes of storage '0'. */
  static byte[] legacy(byte[] pickle, int elements, byte[] storage) {
    HexFormat hex = HexFormat.of();
    return new PickleBytes()
        .raw(hex.parseHex(MAGIC + VERSION + MACHINE))
        .raw(pickle)
        .raw(pickle().op(']').text("0").ops("a.").bytes())
        .little(8, elements)
        .raw(storage)
        .bytes();
  }

  /** A pickle as a zip, compressed, with the bytes of storage '0'. */
  static byte[] zip(byte[] pickle, byte[] storage) {
    return zip(Map.of("archive/data.pkl", pickle, "archive/data/0", storage));
  }

  /** A zip, compressed. */
  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
