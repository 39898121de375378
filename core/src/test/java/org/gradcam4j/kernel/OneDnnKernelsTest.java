package org.gradcam4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What is oneDNN's own: shapes that take other ways in it, and weights that it keeps rearranged.
 */
class OneDnnKernelsTest {
  private final Kernels reference = new Nd4jKernels(DataType.DOUBLE);
  private Kernels kernels;

  @BeforeEach
  void load() {
    kernels = OneDnnKernels.load().orElse(null);
    Assumptions.assumeTrue(kernels != null, "no oneDNN library on this machine");
  }

  @AfterEach
  void close() {
    reference.close();
    if (kernels != null) {
      kernels.close();
    }
  }

  private static INDArray random(int seed, long... shape) {
    Random random = new Random(seed);
    double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.setAll(values, i -> random.nextGaussian());
    return Nd4j.create(values, shape, 'c').castTo(DataType.FLOAT);
  }

  /** The share of the largest expected number by which the kernels differ from ND4J in DOUBLE. */
  private void assertClose(Tensor actual, Tensor expected) {
    double[] wanted = reference.values(expected);
    double scale = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
    assertThat(actual.shape()).containsExactly(expected.shape());
    assertThat(kernels.values(actual)).containsExactly(wanted, within(1e-5 * scale));
  }

  private Tensor inDouble(INDArray array) {
    return reference.adopt(array.castTo(DataType.DOUBLE));
  }

  /** A convolution. */
  private record Case(int images, int side, int in, int out, Window window) {}

  static Stream<Case> convolutions() {
    List<Window> windows =
        List.of(
            Window.square(1, 1, 0),
            Window.square(1, 2, 0),
            Window.square(3, 1, 1),
            Window.square(3, 2, 1),
            Window.square(5, 1, 2),
            Window.square(7, 2, 3),
            Window.square(11, 4, 0),
            new Window(3, 3, 1, 1, 2, 2, 2, 2, false),
            new Window(3, 3, 2, 2, 0, 0, 1, 1, true),
            new Window(1, 5, 1, 1, 0, 2, 1, 1, false));
    int[][] channels = {{3, 16}, {16, 32}, {17, 5}};
    return windows.stream()
        .flatMap(
            w ->
                Arrays.stream(channels)
                    .flatMap(
                        c -> IntStream.of(1, 5).mapToObj(n -> new Case(n, 14, c[0], c[1], w))));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionsAndTheirGradients(Case c) {
    INDArray x = random(1, c.images(), c.side(), c.side(), c.in());
    INDArray w = random(2, c.out(), c.in(), c.window().kernelHeight(), c.window().kernelWidth());
    INDArray bias = random(3, c.out());
    Tensor expected = reference.convolution(inDouble(x), inDouble(w), inDouble(bias), c.window());
    assertClose(
        kernels.convolution(kernels.adopt(x), kernels.adopt(w), kernels.adopt(bias), c.window()),
        expected);
    INDArray g = random(4, expected.shape());
    assertClose(
        kernels.convolutionInputGradient(
            kernels.adopt(g), kernels.adopt(w), c.window(), c.side(), c.side()),
        reference.convolutionInputGradient(
            inDouble(g), inDouble(w), c.window(), c.side(), c.side()));
  }

  @Test
  void products() {
    for (int rows : new int[] {1, 2, 7, 8, 33}) {
      for (char order : new char[] {'c', 'f'}) {
        INDArray weights = random(2, 50, 70).dup(order);
        INDArray x = random(1, rows, 50);
        INDArray g = random(3, rows, 70);
        assertClose(
            kernels.product(kernels.adopt(x), kernels.adopt(weights), false),
            reference.product(inDouble(x), inDouble(weights), false));
        assertClose(
            kernels.product(kernels.adopt(g), kernels.adopt(weights), true),
            reference.product(inDouble(g), inDouble(weights), true));
      }
    }
  }

  /** A convolution with everything behind it, as it was packed once. */
  private final class Packed {
    private final Window window = Window.square(3, 1, 1);
    private final Tensor x = kernels.adopt(random(1, 1, 12, 12, 16));
    private final INDArray weights = random(2, 16, 16, 3, 3);
    private final INDArray bias = random(3, 16);
    private final INDArray variance = random(4, 16).muli(0.1).addi(1);
    private final Tensor own = kernels.adopt(weights);
    private final Tensor ownBias = kernels.adopt(bias);
    private final Normalization normalization =
        new Normalization(
            kernels.adopt(random(5, 16)),
            kernels.adopt(random(6, 16)),
            kernels.adopt(random(7, 16)),
            kernels.adopt(variance),
            1e-3);

    double[] values() {
      return kernels.values(
          kernels.convolution(x, own, ownBias, window, new Epilogue(normalization, null, true)));
    }

    /** What kernels give that never saw the old numbers. */
    double[] fresh() {
      try (Kernels others = OneDnnKernels.load().orElseThrow()) {
        return others.values(
            others.convolution(x, own, ownBias, window, new Epilogue(normalization, null, true)));
      }
    }
  }

  @Test
  void changedParametersAreNoticed() {
    Packed packed = new Packed();
    List<Runnable> changes =
        List.of(
            () -> packed.weights.assign(random(12, 16, 16, 3, 3)),
            () -> packed.weights.get(NDArrayIndex.point(5)).assign(0),
            () -> packed.bias.putScalar(9, 3),
            () -> packed.variance.putScalar(2, 7));
    for (Runnable change : changes) {
      double[] before = packed.values();
      change.run();
      assertThat(packed.values()).isNotEqualTo(before).isEqualTo(packed.fresh());
    }
  }

  @Test
  void aSingleNumberIsNoticedWhenToldSo() {
    Packed packed = new Packed();
    packed.values();
    for (int i = 0; i < 20; i++) {
      packed.weights.putScalar(new int[] {i % 16, i % 7, i % 3, i % 2}, 5 + i);
    }
    kernels.parametersChanged();
    assertThat(packed.values()).isEqualTo(packed.fresh());
  }

  @Test
  void theSameWeightsWithAndWithoutBias() {
    Packed packed = new Packed();
    double[] with =
        kernels.values(kernels.convolution(packed.x, packed.own, packed.ownBias, packed.window));
    double[] without =
        kernels.values(kernels.convolution(packed.x, packed.own, null, packed.window));
    for (int i = 0; i < with.length; i++) {
      assertThat(with[i] - without[i]).isCloseTo(packed.bias.getDouble(i % 16), within(1e-3));
    }
  }

  @Test
  void weightsOfAPassAreNotKept() {
    Packed packed = new Packed();
    for (int i = 1; i <= 3; i++) {
      try (Scope scope = kernels.open()) {
        assertThat(scope.isOpen()).isTrue();
        Tensor scaled = kernels.scale(packed.own, i);
        double[] values =
            kernels.values(kernels.convolution(packed.x, scaled, null, packed.window));
        double[] once =
            kernels.values(kernels.convolution(packed.x, packed.own, null, packed.window));
        for (int j = 0; j < once.length; j++) {
          assertThat(values[j]).isCloseTo(i * once[j], within(1e-3));
        }
      }
    }
  }

  @Test
  void manyThreadsGetTheSameNumbers() {
    Packed packed = new Packed();
    double[] expected = packed.values();
    assertThat(
            IntStream.range(0, 64)
                .parallel()
                .allMatch(
                    i -> {
                      try (Scope scope = kernels.open()) {
                        return scope.isOpen() && Arrays.equals(packed.values(), expected);
                      }
                    }))
        .isTrue();
  }
}
