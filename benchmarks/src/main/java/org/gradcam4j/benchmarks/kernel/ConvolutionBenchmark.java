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

/** A convolution and its input gradient, on one image. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class ConvolutionBenchmark extends KernelState {
  private static final int CHECKED = 16;

  /** One of {@link ConvolutionShape#ALL} by its layer. */
  @Param("vgg16:conv3_2")
  public String layer;

  private ConvolutionShape shape;
  private Window window;
  private Tensor x;
  private Tensor weights;
  private Tensor bias;
  private Tensor gradient;

  /** Makes tensors and checks both kernels. */
  @Setup
  public void setUp() {
    shape = ConvolutionShape.of(layer);
    window = shape.window();
    x = random(1, shape.size(), shape.size(), shape.in());
    weights = random(shape.out(), shape.in(), shape.kernel(), shape.kernel());
    bias = random(shape.out());
    gradient = random(1, shape.outputSize(), shape.outputSize(), shape.out());
    checkForward();
    float[] linear = values(() -> kernels.convolution(x, weights, null, window));
    checkAdjoint(
        "an input gradient",
        linear,
        floats(gradient),
        floats(x),
        values(
            () ->
                kernels.convolutionInputGradient(
                    gradient, weights, window, shape.size(), shape.size())));
  }

  private void checkForward() {
    float[] y = values(() -> kernels.convolution(x, weights, bias, window));
    float[] pixels = floats(x);
    float[] filters = floats(weights);
    float[] biases = floats(bias);
    int size = shape.outputSize();
    for (int i = 0; i < CHECKED; i++) {
      // The corners first, where the padding is.
      int row = i < 4 ? i / 2 * (size - 1) : random.nextInt(size);
      int column = i < 4 ? i % 2 * (size - 1) : random.nextInt(size);
      int out = random.nextInt(shape.out());
      double sum = biases[out];
      double terms = Math.abs(sum);
      for (int c = 0; c < shape.in(); c++) {
        for (int u = 0; u < shape.kernel(); u++) {
          for (int v = 0; v < shape.kernel(); v++) {
            int h = row * shape.stride() + u - shape.padding();
            int w = column * shape.stride() + v - shape.padding();
            if (h >= 0 && h < shape.size() && w >= 0 && w < shape.size()) {
              double term =
                  (double) pixels[(h * shape.size() + w) * shape.in() + c]
                      * filters[((out * shape.in() + c) * shape.kernel() + u) * shape.kernel() + v];
              sum += term;
              terms += Math.abs(term);
            }
          }
        }
      }
      check("a convolution", y[(row * size + column) * shape.out() + out], sum, terms);
    }
  }

  /** Frees the memory. */
  @TearDown
  @Override
  public void close() {
    super.close();
  }

  /** The convolution with its biases. */
  @Benchmark
  public Tensor forward() {
    return timed(() -> kernels.convolution(x, weights, bias, window));
  }

  /** Its transpose. */
  @Benchmark
  public Tensor inputGradient() {
    return timed(
        () ->
            kernels.convolutionInputGradient(
                gradient, weights, window, shape.size(), shape.size()));
  }
}
