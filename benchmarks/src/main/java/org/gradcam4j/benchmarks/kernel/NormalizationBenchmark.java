package org.gradcam4j.benchmarks.kernel;

import java.util.concurrent.TimeUnit;
import org.gradcam4j.kernel.Normalization;
import org.gradcam4j.kernel.Tensor;
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

/** Local response normalisation and batch normalisation, on one image. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class NormalizationBenchmark extends KernelState {
  private static final int CHECKED = 32;
  private static final int DEPTH = 5;
  private static final double K = 1;
  private static final double ALPHA = 0.1;
  private static final double BETA = 0.75;
  private static final double EPSILON = 1e-5;

  /** Rows and columns, and channels: {@code 55x96} is AlexNet's first. */
  @Param({"55x96", "27x256", "112x64", "56x256"})
  public String shape;

  private Tensor x;
  private Tensor gradient;
  private Tensor gamma;
  private Tensor beta;
  private Tensor mean;
  private Tensor variance;

  /** Bytes of input and output. */
  public static double bytes(String shape) {
    int[] sizes = sizes(shape);
    return 2 * Float.BYTES * size(sizes[0], sizes[0], sizes[1]);
  }

  static int[] sizes(String shape) {
    int x = shape.indexOf('x');
    return new int[] {
      Integer.parseInt(shape.substring(0, x)), Integer.parseInt(shape.substring(x + 1))
    };
  }

  /** Makes tensors and checks the kernels. */
  @Setup
  public void setUp() {
    int[] sizes = sizes(shape);
    int channels = sizes[1];
    x = random(1, sizes[0], sizes[0], channels);
    gradient = random(1, sizes[0], sizes[0], channels);
    gamma = random(channels);
    beta = random(channels);
    mean = random(channels);
    variance = kernels.adopt(numbers(channels).addi(1.5));
    checkLocal(channels);
    checkBatch(channels);
  }

  private void checkLocal(int channels) {
    float[] y = values(this::local);
    float[] g = values(this::localGradient);
    float[] pixels = floats(x);
    float[] arriving = floats(gradient);
    for (int i = 0; i < CHECKED; i++) {
      int cell = random.nextInt(pixels.length / channels) * channels;
      int c = i < 2 ? i * (channels - 1) : random.nextInt(channels);
      double expected = pixels[cell + c] / Math.pow(scale(pixels, cell, c, channels), BETA);
      check("a normalised value", y[cell + c], expected, 1);
      // dy_d / dx_c = [c = d] s_d^-beta - 2 alpha beta x_c x_d s_d^(-beta - 1)
      double passed = 0;
      for (int d = Math.max(0, c - DEPTH / 2); d <= Math.min(channels - 1, c + DEPTH / 2); d++) {
        double s = scale(pixels, cell, d, channels);
        double slope = c == d ? Math.pow(s, -BETA) : 0;
        slope -= 2 * ALPHA * BETA * pixels[cell + c] * pixels[cell + d] * Math.pow(s, -BETA - 1);
        passed += arriving[cell + d] * slope;
      }
      check("a normalised value's gradient", g[cell + c], passed, 1);
    }
  }

  private static double scale(float[] pixels, int cell, int channel, int channels) {
    double s = K;
    int half = DEPTH / 2;
    for (int d = Math.max(0, channel - half); d <= Math.min(channels - 1, channel + half); d++) {
      s += ALPHA * pixels[cell + d] * pixels[cell + d];
    }
    return s;
  }

  private void checkBatch(int channels) {
    float[] y = values(this::batch);
    float[] pixels = floats(x);
    for (int i = 0; i < CHECKED; i++) {
      int p = random.nextInt(pixels.length);
      int c = p % channels;
      double deviation = Math.sqrt(floats(variance)[c] + EPSILON);
      double expected =
          floats(gamma)[c] * (pixels[p] - floats(mean)[c]) / deviation + floats(beta)[c];
      check("a batch-normalised value", y[p], expected, 1);
    }
  }

  private Tensor local() {
    return kernels.localResponseNormalization(x, DEPTH, K, ALPHA, BETA);
  }

  private Tensor localGradient() {
    return kernels.localResponseNormalizationGradient(x, gradient, ONE_ROW, DEPTH, K, ALPHA, BETA);
  }

  private Tensor batch() {
    return kernels.batchNormalization(x, new Normalization(gamma, beta, mean, variance, EPSILON));
  }

  /** Frees the memory. */
  @TearDown
  @Override
  public void close() {
    super.close();
  }

  /** Over neighbouring channels. */
  @Benchmark
  public Tensor localResponse() {
    return timed(this::local);
  }

  /** Its gradient. */
  @Benchmark
  public Tensor localResponseGradient() {
    return timed(this::localGradient);
  }

  /** With given statistics. */
  @Benchmark
  public Tensor batchStatistics() {
    return timed(this::batch);
  }
}
