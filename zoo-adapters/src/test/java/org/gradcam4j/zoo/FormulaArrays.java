package org.gradcam4j.zoo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.gradcam4j.zoo.weights.NamedArrays;

/**
 * Weights from a formula, so that a network can be checked whole without its file: layer k's
 * weights are stream {@code seed + 2k}, its biases {@code seed + 2k + 1}.
 */
final class FormulaArrays implements NamedArrays {
  private record Stream(long number, double scale, long[] shape) {}

  private final Map<String, Stream> streams = new LinkedHashMap<>();
  private final int seed;

  FormulaArrays(int seed) {
    this.seed = seed;
  }

  /** Adds the next layer's weights and biases. */
  FormulaArrays layer(String name, long... shape) {
    long k = streams.size() / 2;
    double fanIn = 1;
    for (int i = 1; i < shape.length; i++) {
      fanIn *= shape[i];
    }
    streams.put(name + ".weight", new Stream(seed + 2 * k, Math.sqrt(6 / fanIn), shape));
    streams.put(name + ".bias", new Stream(seed + 2 * k + 1, 0.1, new long[] {shape[0]}));
    return this;
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
    float[] values = new float[3 * size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(seed + 999, 100, i);
    }
    return values;
  }

  private static float value(long stream, double scale, long i) {
    long h = (i + 1) * 2654435761L + stream * 40503 * 65536;
    h = (h ^ (h >>> 15)) & 0xFFFFFFFFL;
    h = (h * 2246822519L) & 0xFFFFFFFFL;
    h = h ^ (h >>> 13);
    return (float) (scale * (2 * h / 4294967296.0 - 1));
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
      values[i] = value(stream.number(), stream.scale(), from + i);
    }
    return values;
  }

  @Override
  public void close() {}
}
