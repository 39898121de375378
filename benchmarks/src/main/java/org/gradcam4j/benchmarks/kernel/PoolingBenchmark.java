package org.gradcam4j.benchmarks.kernel;

import java.util.concurrent.TimeUnit;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Maxima and means of windows and their gradients, on one image. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class PoolingBenchmark extends KernelState {
  /** One of {@link PoolingShape#ALL} by its layer. */
  @Param("vgg16:pool2")
  public String layer;

  private PoolingShape shape;
  private Window window;
  private Tensor x;
  private Tensor gradient;

  /** Makes tensors and checks the kernels. */
  @Setup
  public void setUp() {
    shape = PoolingShape.of(layer);
    window = shape.window();
    x = random(1, shape.size(), shape.size(), shape.channels());
    gradient = random(1, shape.outputSize(), shape.outputSize(), shape.channels());
    checkMaximum();
    checkMean();
  }

  /** Everywhere, by a plain loop. */
  private void checkMaximum() {
    float[] pixels = floats(x);
    float[] arriving = floats(gradient);
    int size = shape.outputSize();
    float[] maxima = new float[arriving.length];
    float[] passed = new float[pixels.length];
    for (int o = 0; o < maxima.length; o++) {
      int channel = o % shape.channels();
      int row = o / shape.channels() / size;
      int column = o / shape.channels() % size;
      int best = -1;
      for (int u = 0; u < shape.kernel(); u++) {
        for (int v = 0; v < shape.kernel(); v++) {
          int i = pixel(row, column, u, v, channel);
          if (i >= 0 && (best < 0 || pixels[i] > pixels[best])) {
            best = i;
          }
        }
      }
      maxima[o] = pixels[best];
      passed[best] += arriving[o];
    }
    same("a maximum", values(() -> kernels.maxPool(x, window)), maxima);
    same(
        "a maximum's gradient",
        values(() -> kernels.maxPoolGradient(x, gradient, ONE_ROW, window)),
        passed);
  }

  /** The place of a window's cell in the input, or -1 in the padding. */
  private int pixel(int row, int column, int u, int v, int channel) {
    int h = row * shape.stride() + u - shape.padding();
    int w = column * shape.stride() + v - shape.padding();
    boolean inside = h >= 0 && h < shape.size() && w >= 0 && w < shape.size();
    return inside ? (h * shape.size() + w) * shape.channels() + channel : -1;
  }

  private static void same(String what, float[] found, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      check(what, found[i], expected[i], 1);
    }
  }

  private void checkMean() {
    float[] means = values(() -> kernels.averagePool(x, window, false));
    float[] pixels = floats(x);
    int size = shape.outputSize();
    for (int i = 0; i < 64; i++) {
      int o = i < 4 ? 0 : random.nextInt(means.length);
      double sum = 0;
      int cells = 0;
      for (int u = 0; u < shape.kernel(); u++) {
        for (int v = 0; v < shape.kernel(); v++) {
          int p =
              pixel(
                  o / shape.channels() / size,
                  o / shape.channels() % size,
                  u,
                  v,
                  o % shape.channels());
          if (p >= 0) {
            sum += pixels[p];
            cells++;
          }
        }
      }
      check("a mean", means[o], sum / cells, 1);
    }
    checkAdjoint(
        "a mean's gradient", means, floats(gradient), pixels, values(this::transposedMean));
  }

  private Tensor transposedMean() {
    return kernels.averagePoolGradient(gradient, window, false, shape.size(), shape.size());
  }

  /** Frees the memory. */
  @TearDown
  @Override
  public void close() {
    super.close();
  }

  /** Maximum of each window. */
  @Benchmark
  public Tensor maximum() {
    return timed(() -> kernels.maxPool(x, window));
  }

  /** Its gradient. */
  @Benchmark
  public Tensor maximumGradient() {
    return timed(() -> kernels.maxPoolGradient(x, gradient, ONE_ROW, window));
  }

  /** Mean of each window. */
  @Benchmark
  public Tensor mean() {
    return timed(() -> kernels.averagePool(x, window, false));
  }

  /** Its gradient. */
  @Benchmark
  public Tensor meanGradient() {
    return timed(this::transposedMean);
  }
}
