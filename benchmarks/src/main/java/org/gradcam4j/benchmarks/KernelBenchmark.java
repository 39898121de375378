package org.gradcam4j.benchmarks;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Nd4jKernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.nd4j.linalg.api.buffer.DataType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The kernels that networks spend their time in, on one image. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
// One fork: native kernels do not depend on what the JIT compiled before.
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
public class KernelBenchmark {
  /** Channels and side of a square 3x3 convolution, as in VGG's stages. */
  @Param({"64x224", "128x112", "256x56", "512x28", "512x14"})
  public String stage;

  private final Kernels kernels = new Nd4jKernels(DataType.FLOAT);
  private final int[] rows = {0};
  private final Window three = Window.square(3, 1, 1);
  private final Window pool = Window.square(2, 2, 0);
  private int side;
  private Tensor x;
  private Tensor pooled;
  private Tensor weights;

  /** Makes tensors and checks the kernels. */
  @Setup
  public void setUp() {
    int channels = Integer.parseInt(stage.substring(0, stage.indexOf('x')));
    side = Integer.parseInt(stage.substring(stage.indexOf('x') + 1));
    x = random(1, side, side, channels);
    pooled = random(1, side / 2, side / 2, channels);
    weights = random(channels, channels, 3, 3);
    check();
  }

  private Tensor random(long... shape) {
    long size = 1;
    for (long s : shape) {
      size *= s;
    }
    Random random = new Random(size);
    double[] values = new double[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return kernels.tensor(values, shape);
  }

  /** The transpose of a linear map: (W x) . y = x . (W^T y), for convolution and for pooling. */
  private void check() {
    Tensor y = random(x.shape());
    same(
        dot(kernels.convolution(x, weights, null, three), y),
        dot(x, kernels.convolutionInputGradient(y, weights, three, side, side)));
    same(
        dot(kernels.averagePool(x, pool, false), pooled),
        dot(x, kernels.averagePoolGradient(pooled, pool, false, side, side)));
    double maxima = 0;
    for (double value : kernels.values(kernels.maxPool(x, pool))) {
      maxima += value;
    }
    double[] ones = new double[kernels.values(pooled).length];
    Arrays.fill(ones, 1);
    same(
        maxima,
        dot(x, kernels.maxPoolGradient(x, kernels.tensor(ones, pooled.shape()), rows, pool)));
  }

  private double dot(Tensor a, Tensor b) {
    double[] left = kernels.values(a);
    double[] right = kernels.values(b);
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }

  private static void same(double a, double b) {
    if (!(Math.abs(a - b) <= 1e-3 * Math.max(Math.abs(a), Math.abs(b)) + 1)) {
      throw new IllegalStateException("kernels disagree: " + a + " and " + b);
    }
  }

  /** Frees the memory. */
  @TearDown
  public void tearDown() {
    kernels.close();
  }

  /** 3x3 convolution. */
  @Benchmark
  public Tensor convolution() {
    try (var scope = kernels.open()) {
      return scope.isOpen() ? kernels.convolution(x, weights, null, three) : null;
    }
  }

  /** Its input gradient. */
  @Benchmark
  public Tensor convolutionInputGradient() {
    try (var scope = kernels.open()) {
      return scope.isOpen()
          ? kernels.convolutionInputGradient(x, weights, three, side, side)
          : null;
    }
  }

  /** 2x2 maximum. */
  @Benchmark
  public Tensor maxPool() {
    try (var scope = kernels.open()) {
      return scope.isOpen() ? kernels.maxPool(x, pool) : null;
    }
  }

  /** Its gradient. */
  @Benchmark
  public Tensor maxPoolGradient() {
    try (var scope = kernels.open()) {
      return scope.isOpen() ? kernels.maxPoolGradient(x, pooled, rows, pool) : null;
    }
  }

  /** The gradient of a rectifier. */
  @Benchmark
  public Tensor rectifierGradient() {
    try (var scope = kernels.open()) {
      return scope.isOpen() ? kernels.where(x, x, rows) : null;
    }
  }

  /** Grad-CAM's formula: means of gradients, weighted sum of channels. */
  @Benchmark
  public Tensor gradCamFormula() {
    try (var scope = kernels.open()) {
      return scope.isOpen() ? kernels.weightedChannelSum(x, kernels.spatialMean(x), rows) : null;
    }
  }
}
