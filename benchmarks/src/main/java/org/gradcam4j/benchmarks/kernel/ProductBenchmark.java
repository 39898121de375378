package org.gradcam4j.benchmarks.kernel;

import java.util.concurrent.TimeUnit;
import org.gradcam4j.kernel.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
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

/** The product of a fully connected layer, and that of its gradient. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class ProductBenchmark extends KernelState {
  private static final int CHECKED = 8;

  /** One of {@link DenseShape#ALL} by its layer. */
  @Param("vgg16:fc7")
  public String layer;

  /** Images, or targets on the way back. */
  @Param({"1", "5", "16"})
  public int rows;

  private DenseShape shape;
  private INDArray matrix;
  private Tensor weights;
  private Tensor x;
  private Tensor gradient;

  /** Makes tensors and checks both products. */
  @Setup
  public void setUp() {
    shape = DenseShape.of(layer);
    // By columns, as Deeplearning4j holds them.
    matrix = numbers(shape.out(), shape.in()).transpose();
    weights = kernels.adopt(matrix);
    x = random(rows, shape.in());
    gradient = random(rows, shape.out());
    checkProduct(false);
    checkProduct(true);
  }

  private void checkProduct(boolean transposed) {
    Tensor from = transposed ? gradient : x;
    int width = transposed ? shape.in() : shape.out();
    float[] y = values(() -> kernels.product(from, weights, transposed));
    float[] left = floats(from);
    for (int i = 0; i < CHECKED; i++) {
      int row = random.nextInt(rows);
      int column = random.nextInt(width);
      double sum = 0;
      double terms = 0;
      int length = from.channels();
      for (int j = 0; j < length; j++) {
        double weight = transposed ? matrix.getDouble(column, j) : matrix.getDouble(j, column);
        sum += left[row * length + j] * weight;
        terms += Math.abs(left[row * length + j] * weight);
      }
      check("a product", y[row * width + column], sum, terms);
    }
  }

  /** Frees the memory. */
  @TearDown
  @Override
  public void close() {
    super.close();
    matrix.close();
  }

  /** {@code x w}. */
  @Benchmark
  public Tensor forward() {
    return timed(() -> kernels.product(x, weights, false));
  }

  /** {@code g w^T}. */
  @Benchmark
  public Tensor transposed() {
    return timed(() -> kernels.product(gradient, weights, true));
  }
}
