package org.gradcam4j.zoo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * A weight file of a published layout without its numbers, which are a formula's: the file of up to
 * 575 MB is made again byte by byte. src/test/python/published_files.py says what a skeleton holds.
 *
 * @param network the network's id
 * @param publisher whose names the file has
 * @param file the name that it is published by
 * @param length its bytes
 * @param sha256 its checksum when the independent tool had written it
 * @param holes where its arrays lie, by their offsets
 * @param rest all that lies between them
 */
record PublishedSkeleton(
    String network,
    String publisher,
    String file,
    long length,
    String sha256,
    List<Hole> holes,
    byte[] rest) {
  /** Floats that are computed at once, by all cores. */
  private static final int BLOCK = 1 << 21;

  private static final int PART = 1 << 17;

  /**
   * An array in a file.
   *
   * @param offset its first byte
   * @param array its name by the network's first publisher
   * @param shape its shape by the formula
   * @param order which of those axes lie as the first, the second, ... in the file
   * @param factor what its numbers are multiplied by
   */
  record Hole(long offset, String array, long[] shape, int[] order, double factor) {
    private static Hole of(String[] words) {
      return new Hole(
          Long.parseLong(words[1]),
          words[2],
          Arrays.stream(words[3].split("x")).mapToLong(Long::parseLong).toArray(),
          words[4].chars().map(digit -> digit - '0').toArray(),
          Double.parseDouble(words[5]));
    }

    long count() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    private boolean asItLies() {
      return Arrays.equals(order, IntStream.range(0, order.length).toArray());
    }

    /** The numbers from {@code first} on in the file's order. */
    private void fill(FormulaArrays formula, long first, float[] values, int to, int count) {
      if (asItLies()) {
        formula.read(array, first, 1, values, to, count);
      } else {
        fillRows(formula, first, values, to, count);
      }
      if (factor != 1) {
        for (int i = to; i < to + count; i++) {
          values[i] = (float) (values[i] * factor);
        }
      }
    }

    /** Along the file's last axis the formula's elements have equal distances. */
    private void fillRows(FormulaArrays formula, long first, float[] values, int to, int count) {
      long[] steps = new long[shape.length];
      long step = 1;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        steps[axis] = step;
        step *= shape[axis];
      }
      int last = order[order.length - 1];
      for (int done = 0; done < count; ) {
        long row = (first + done) / shape[last];
        long column = (first + done) % shape[last];
        long from = column * steps[last];
        for (int i = order.length - 2; i >= 0; i--) {
          from += row % shape[order[i]] * steps[order[i]];
          row /= shape[order[i]];
        }
        int run = (int) Math.min(count - done, shape[last] - column);
        formula.read(array, from, steps[last], values, to + done, run);
        done += run;
      }
    }
  }

  /** A skeleton's header alone is read as text: bytes follow its empty line. */
  static PublishedSkeleton read(Path path) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    List<Hole> holes = new ArrayList<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(path))) {
      byte[] all = in.readAllBytes();
      int at = 0;
      while (all[at] != '\n') {
        int end = at;
        while (all[end] != '\n') {
          end++;
        }
        String line = new String(all, at, end - at, StandardCharsets.US_ASCII);
        String[] words = line.split(" ");
        if (words[0].equals("hole")) {
          holes.add(Hole.of(words));
        } else {
          facts.put(words[0], line.substring(words[0].length() + 1));
        }
        at = end + 1;
      }
      return new PublishedSkeleton(
          facts.get("network"),
          facts.get("publisher"),
          facts.get("file"),
          Long.parseLong(facts.get("length")),
          facts.get("sha256"),
          holes,
          Arrays.copyOfRange(all, at + 1, all.length));
    }
  }

  /**
   * Writes the whole file.
   *
   * @return the SHA-256 of what was written
   */
  String write(Path to) throws IOException {
    FormulaArrays formula = formula();
    MessageDigest digest = sha256Digest();
    ByteBuffer buffer = ByteBuffer.allocate(4 * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[BLOCK];
    int taken = 0;
    long at = 0;
    try (FileChannel channel =
        FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (Hole hole : holes) {
        int between = (int) (hole.offset() - at);
        put(channel, digest, ByteBuffer.wrap(rest, taken, between));
        taken += between;
        for (long first = 0; first < hole.count(); first += BLOCK) {
          int count = (int) Math.min(BLOCK, hole.count() - first);
          long begin = first;
          IntStream.range(0, (count + PART - 1) / PART)
              .parallel()
              .forEach(
                  part ->
                      hole.fill(
                          formula,
                          begin + (long) part * PART,
                          values,
                          part * PART,
                          Math.min(PART, count - part * PART)));
          buffer.clear();
          buffer.asFloatBuffer().put(values, 0, count);
          put(channel, digest, buffer.limit(4 * count));
        }
        at = hole.offset() + 4 * hole.count();
      }
      put(channel, digest, ByteBuffer.wrap(rest, taken, rest.length - taken));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Writes the file with zeros for numbers, as a sparse one: enough to be refused. */
  void writeZeros(Path to) throws IOException {
    try (FileChannel channel =
        FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      int taken = 0;
      long at = 0;
      for (Hole hole : holes) {
        int between = (int) (hole.offset() - at);
        put(channel.position(at), ByteBuffer.wrap(rest, taken, between));
        taken += between;
        at = hole.offset() + 4 * hole.count();
      }
      // The last byte, too, where the file ends with an array.
      put(channel.position(length - 1), ByteBuffer.allocate(1));
      put(channel.position(at), ByteBuffer.wrap(rest, taken, rest.length - taken));
    }
  }

  private FormulaArrays formula() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    holes.forEach(hole -> shapes.put(hole.array(), hole.shape()));
    return FormulaArrays.named(shapes);
  }

  private static void put(FileChannel channel, MessageDigest digest, ByteBuffer bytes)
      throws IOException {
    digest.update(bytes.duplicate());
    put(channel, bytes);
  }

  private static void put(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
