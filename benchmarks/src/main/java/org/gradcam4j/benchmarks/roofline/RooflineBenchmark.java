package org.gradcam4j.benchmarks.roofline;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.gradcam4j.benchmarks.device.Finished;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A large product and a large copy, the best of ten of which is the machine's roofline. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 10)
public class RooflineBenchmark {
  private static final int SIDE = 4096;

  /** Far more than any cache holds, in pieces for the cores to share. */
  private static final int PIECES = 64;

  private static final int PIECE = 1 << 20;

  static final double PRODUCT_OPERATIONS = 2.0 * SIDE * SIDE * SIDE;

  /** Each float is read once and written once. */
  static final double COPY_BYTES = 2.0 * Float.BYTES * PIECES * PIECE;

  private INDArray left;
  private INDArray right;
  private INDArray product;

  /** On the CPU. */
  private float[] from;

  private float[] to;

  /** On a GPU. */
  private INDArray source;

  private INDArray target;

  /** Makes the arrays. */
  @Setup
  public void setUp() {
    left = Nd4j.rand(DataType.FLOAT, SIDE, SIDE);
    right = Nd4j.rand(DataType.FLOAT, SIDE, SIDE);
    product = Nd4j.create(DataType.FLOAT, SIDE, SIDE);
    if (Nd4j.getEnvironment().isCPU()) {
      from = new float[PIECES * PIECE];
      to = new float[PIECES * PIECE];
      Arrays.fill(from, 1);
    } else {
      source = Nd4j.ones(DataType.FLOAT, PIECES * PIECE);
      target = Nd4j.create(DataType.FLOAT, PIECES * PIECE);
    }
    check();
  }

  /** Against a plain loop and element by element. */
  private void check() {
    product();
    double expected = 0;
    for (int i = 0; i < SIDE; i++) {
      expected += left.getDouble(3, i) * right.getDouble(i, 5);
    }
    if (Math.abs(product.getDouble(3, 5) - expected) > 1e-4 * expected) {
      throw new IllegalStateException(
          "the product is " + product.getDouble(3, 5) + ", expected " + expected);
    }
    copy();
    for (float value : target == null ? to : target.toFloatVector()) {
      if (value != 1) {
        throw new IllegalStateException("the copy is " + value + ", expected 1");
      }
    }
  }

  /** Frees the native arrays. */
  @TearDown
  public void tearDown() {
    left.close();
    right.close();
    product.close();
    if (target != null) {
      source.close();
      target.close();
    }
  }

  /** 4096 x 4096 times 4096 x 4096 in single precision by the operation {@code matmul}. */
  @Benchmark
  public INDArray product() {
    Nd4j.exec(
        DynamicCustomOp.builder("matmul")
            .addInputs(left, right)
            .addOutputs(product)
            .addIntegerArguments(0, 0, 0)
            .build());
    return Finished.of(product);
  }

  /** 256 MB, by all cores or within the GPU's memory. */
  @Benchmark
  public Object copy() {
    if (target != null) {
      return Finished.of(target.assign(source));
    }
    IntStream.range(0, PIECES)
        .parallel()
        .forEach(i -> System.arraycopy(from, i * PIECE, to, i * PIECE, PIECE));
    return to;
  }
}
