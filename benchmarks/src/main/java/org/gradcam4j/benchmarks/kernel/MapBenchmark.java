package org.gradcam4j.benchmarks.kernel;

import java.util.concurrent.TimeUnit;
import org.gradcam4j.image.Upsampling;
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

/** From a layer's activation and gradient to a map of the input's size, on one image. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class MapBenchmark extends KernelState {
  private static final int INPUT = 224;

  /** Bytes of the large map. */
  public static final double UPSAMPLED_BYTES = (double) Float.BYTES * INPUT * INPUT;

  /** Rows and columns, and channels: VGG-16's, AlexNet's and ResNet-50's last. */
  @Param({"14x512", "13x256", "7x2048"})
  public String shape;

  private int size;
  private int channels;
  private Tensor activation;
  private Tensor gradient;
  private Tensor weights;
  private float[] map;

  /** Bytes of the activation. */
  public static double bytes(String shape) {
    int[] sizes = NormalizationBenchmark.sizes(shape);
    return Float.BYTES * size(sizes[0], sizes[0], sizes[1]);
  }

  /** Makes tensors and checks the kernels. */
  @Setup
  public void setUp() {
    int[] sizes = NormalizationBenchmark.sizes(shape);
    size = sizes[0];
    channels = sizes[1];
    activation = random(1, size, size, channels);
    gradient = random(1, size, size, channels);
    weights = random(1, channels);
    map = values(() -> kernels.weightedChannelSum(activation, weights, ONE_ROW));
    checkWeighting();
    checkUpsampling();
  }

  private void checkWeighting() {
    float[] a = floats(activation);
    float[] g = floats(gradient);
    float[] w = floats(weights);
    float[] means = values(() -> kernels.spatialMean(gradient));
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (int cell = 0; cell < size * size; cell++) {
        sum += g[cell * channels + c];
      }
      check("a channel's mean", means[c], sum / (size * size), 1);
    }
    for (int cell = 0; cell < size * size; cell++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += (double) w[c] * a[cell * channels + c];
      }
      check("a map's cell", map[cell], sum, channels);
    }
  }

  /** At pixels whose four neighbours are all inside. */
  private void checkUpsampling() {
    float[] large = upsampling();
    for (int i = 0; i < 100; i++) {
      int row = INPUT / 4 + random.nextInt(INPUT / 2);
      int column = INPUT / 4 + random.nextInt(INPUT / 2);
      double y = (row + 0.5) * size / INPUT - 0.5;
      double x = (column + 0.5) * size / INPUT - 0.5;
      int top = (int) y;
      int left = (int) x;
      double expected = 0;
      for (int u = 0; u < 2; u++) {
        for (int v = 0; v < 2; v++) {
          double weight = (1 - Math.abs(y - top - u)) * (1 - Math.abs(x - left - v));
          expected += weight * map[(top + u) * size + left + v];
        }
      }
      check("an upsampled pixel", large[row * INPUT + column], expected, Math.abs(expected) + 1);
    }
  }

  /** Frees the memory. */
  @TearDown
  @Override
  public void close() {
    super.close();
  }

  /** Grad-CAM's formula: a mean over space a channel, and the channels' weighted sum. */
  @Benchmark
  public Tensor weighting() {
    return timed(
        () -> kernels.weightedChannelSum(activation, kernels.spatialMean(gradient), ONE_ROW));
  }

  /** The map at the input's size. */
  @Benchmark
  public float[] upsampling() {
    return Upsampling.HALF_PIXEL_BILINEAR.apply(map, size, size, INPUT, INPUT);
  }
}
