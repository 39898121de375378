package org.gradcam4j.zoo;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.zip.CRC32;
import org.gradcam4j.zoo.weights.NamedArrays;

/**
 * Weights from a formula, so that a network can be checked whole without its file. By position:
 * layer k's weights are stream {@code seed + 2k}, its biases {@code seed + 2k + 1}. By name: an
 * array's stream is its name's checksum, as in src/test/python/formula_networks.py.
 */
final class FormulaArrays implements NamedArrays {
  /** Numbers of an array: {@code value} of a hash in [-1, 1). */
  private record Stream(long number, DoubleUnaryOperator value, long[] shape) {}

  private final Map<String, Stream> streams = new LinkedHashMap<>();
  private final int seed;

  FormulaArrays(int seed) {
    this.seed = seed;
  }

  /** Adds the next layer's weights and biases. */
  FormulaArrays layer(String name, long... shape) {
    long k = streams.size() / 2;
    streams.put(name + ".weight", new Stream(seed + 2 * k, weight(shape), shape));
    streams.put(name + ".bias", new Stream(seed + 2 * k + 1, u -> 0.1 * u, new long[] {shape[0]}));
    return this;
  }

  private static DoubleUnaryOperator weight(long[] shape) {
    double scale = Math.sqrt(6.0 / Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b));
    return u -> scale * u;
  }

  /** Arrays of those names and shapes, each array by its name. */
  static FormulaArrays named(Map<String, long[]> shapes) {
    FormulaArrays arrays = new FormulaArrays(0);
    shapes.forEach(
        (name, shape) -> {
          DoubleUnaryOperator value =
              switch (name.substring(name.lastIndexOf('.') + 1)) {
                case "weight" -> shape.length == 1 ? u -> 0.5 + 0.1 * u : weight(shape);
                case "bias" -> u -> 0.1 * u;
                case "running_mean" -> u -> u;
                case "running_var" -> u -> 0.5 + Math.abs(u);
                default -> throw new IllegalArgumentException(name);
              };
          arrays.streams.put(name, new Stream(checksum(name), value, shape));
        });
    return arrays;
  }

  private static long checksum(String name) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.US_ASCII));
    return crc.getValue();
  }

  static FormulaArrays vgg16(int seed) {
    FormulaArrays arrays = new FormulaArrays(seed);
    int[] channels = {64, 128, 256, 512, 512};
    int[] depth = {2, 2, 3, 3, 3};
    int in = 3;
    for (int stage = 0; stage < 5; stage++) {
      for (int i = 1; i <= depth[stage]; i++) {
        arrays.layer("conv" + (stage + 1) + "_" + i, channels[stage], in, 3, 3);
        in = channels[stage];
      }
    }
    return arrays.layer("fc6", 4096, 25088).layer("fc7", 4096, 4096).layer("fc8", 1000, 4096);
  }

  static FormulaArrays alexNet(int seed) {
    return new FormulaArrays(seed)
        .layer("conv1", 96, 3, 11, 11)
        .layer("conv2", 256, 48, 5, 5)
        .layer("conv3", 384, 256, 3, 3)
        .layer("conv4", 384, 192, 3, 3)
        .layer("conv5", 256, 192, 3, 3)
        .layer("fc6", 4096, 9216)
        .layer("fc7", 4096, 4096)
        .layer("fc8", 1000, 4096);
  }

  /** The input {@code [3, size, size]}. */
  static float[] input(int seed, int size) {
    return input((long) seed + 999, size);
  }

  /** The input that goes with {@link #named}. */
  static float[] namedInput(int size) {
    return input(checksum("input"), size);
  }

  private static float[] input(long stream, int size) {
    float[] values = new float[3 * size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (100 * uniform(stream, i));
    }
    return values;
  }

  private static double uniform(long stream, long i) {
    long h = (i + 1) * 2654435761L + stream * 40503 * 65536;
    h = (h ^ (h >>> 15)) & 0xFFFFFFFFL;
    h = (h * 2246822519L) & 0xFFFFFFFFL;
    h = h ^ (h >>> 13);
    return 2 * h / 4294967296.0 - 1;
  }

  @Override
  public Path file() {
    return Path.of("formula");
  }

  @Override
  public Set<String> names() {
    return streams.keySet();
  }

  @Override
  public long[] shape(String name) {
    return streams.get(name).shape().clone();
  }

  @Override
  public double[] read(String name, long from, int count) {
    Stream stream = streams.get(name);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) stream.value().applyAsDouble(uniform(stream.number(), from + i));
    }
    return values;
  }

  /**
   * Elements at equal distances, as a file of float32 holds them.
   *
   * @param from the first element
   * @param stride from one element to the next
   * @param values takes them, from {@code to} on
   */
  void read(String name, long from, long stride, float[] values, int to, int count) {
    Stream stream = streams.get(name);
    DoubleUnaryOperator value = stream.value();
    for (int i = 0; i < count; i++) {
      values[to + i] = (float) value.applyAsDouble(uniform(stream.number(), from + i * stride));
    }
  }

  @Override
  public void close() {}
}
