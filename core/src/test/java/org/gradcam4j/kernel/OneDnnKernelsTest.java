package org.gradcam4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.gradcam4j.Numbers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What is oneDNN's own: shapes that take other ways in it, and weights that it keeps rearranged.
 */
class OneDnnKernelsTest {
  /** Of the largest number. */
  private static final double TOLERANCE = 1e-5;

  private static final int HEIGHT = 15, WIDTH = 12;

  /** From and to, of blocks of 16 channels or not; 3x3 from 16 on is asked of Winograd. */
  private static final int[][] CHANNELS = {{3, 16}, {16, 48}, {17, 5}, {48, 17}, {5, 3}};

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

  private void assertClose(String what, Tensor actual, Tensor expected) {
    double[] wanted = reference.values(expected);
    double scale = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
    assertThat(actual.shape()).as(what).containsExactly(expected.shape());
    assertThat(Numbers.largestDifference(kernels.values(actual), wanted))
        .as(what)
        .isLessThanOrEqualTo(TOLERANCE * scale);
  }

  private Tensor inDouble(INDArray array) {
    return reference.adopt(array.castTo(DataType.DOUBLE));
  }

  static Stream<Window> windows() {
    List<Window> windows = new ArrayList<>();
    for (int kernel : new int[] {1, 3, 5, 7, 11}) {
      for (int stride : new int[] {1, 2, 3}) {
        windows.add(Window.square(kernel, stride, 0));
        if (kernel > 1) {
          windows.add(Window.square(kernel, stride, kernel / 2));
        }
      }
    }
    // An even kernel, or a stride that does not divide the side, is padded more at its end.
    for (int kernel : new int[] {2, 3, 4, 5}) {
      windows.add(new Window(kernel, kernel, 1, 1, 0, 0, 1, 1, true));
      windows.add(new Window(kernel, kernel, 2, 2, 0, 0, 1, 1, true));
    }
    windows.add(new Window(3, 3, 1, 1, 2, 2, 2, 2, false));
    windows.add(new Window(3, 3, 2, 2, 3, 3, 3, 3, false));
    windows.add(new Window(5, 5, 1, 1, 0, 0, 2, 2, false));
    windows.add(new Window(3, 3, 1, 1, 0, 0, 2, 2, true));
    windows.add(new Window(3, 2, 2, 2, 0, 0, 2, 3, true));
    windows.add(new Window(1, 5, 1, 1, 0, 2, 1, 1, false));
    windows.add(new Window(4, 3, 1, 2, 1, 0, 1, 2, false));
    // More padding than a kernel's half: the gradient of one that is no convolution.
    windows.add(Window.square(2, 1, 2));
    return windows.stream();
  }

  @ParameterizedTest
  @MethodSource("windows")
  void convolutionsAndTheirGradients(Window window) {
    int[] batches = {1, 3, 8};
    for (int i = 0; i < 3; i++) {
      int c = (2 * i + window.kernelHeight() + window.strideHeight()) % CHANNELS.length;
      int images = batches[(c + window.paddingHeight()) % 3];
      String what = images + " images, " + Arrays.toString(CHANNELS[c]);
      INDArray x = random(1, images, HEIGHT, WIDTH, CHANNELS[c][0]);
      INDArray w =
          random(2, CHANNELS[c][1], CHANNELS[c][0], window.kernelHeight(), window.kernelWidth());
      INDArray bias = random(3, CHANNELS[c][1]);
      Tensor expected = reference.convolution(inDouble(x), inDouble(w), inDouble(bias), window);
      assertClose(
          what,
          kernels.convolution(kernels.adopt(x), kernels.adopt(w), kernels.adopt(bias), window),
          expected);
      INDArray g = random(4, expected.shape());
      assertClose(
          "gradient, " + what,
          kernels.convolutionInputGradient(
              kernels.adopt(g), kernels.adopt(w), window, HEIGHT, WIDTH),
          reference.convolutionInputGradient(inDouble(g), inDouble(w), window, HEIGHT, WIDTH));
    }
  }

  /** Channels and kernels of published networks, where sums are long. */
  @ParameterizedTest
  @CsvSource({
    "512, 512, 14, 3, 1",
    "64, 64, 28, 3, 1",
    "3, 64, 56, 7, 2",
    "1024, 256, 14, 1, 1",
    "96, 256, 13, 5, 1",
    "256, 512, 14, 1, 2"
  })
  void convolutionsOfPublishedNetworks(int in, int out, int side, int kernel, int stride) {
    Window window = Window.square(kernel, stride, kernel / 2);
    INDArray x = random(1, 1, side, side, in);
    INDArray w = random(2, out, in, kernel, kernel);
    Tensor expected = reference.convolution(inDouble(x), inDouble(w), null, window);
    assertClose(
        "convolution",
        kernels.convolution(kernels.adopt(x), kernels.adopt(w), null, window),
        expected);
    INDArray g = random(4, expected.shape());
    assertClose(
        "gradient",
        kernels.convolutionInputGradient(kernels.adopt(g), kernels.adopt(w), window, side, side),
        reference.convolutionInputGradient(inDouble(g), inDouble(w), window, side, side));
  }

  /** What may follow a convolution of so many channels, for either kernels. */
  private record Behind(
      INDArray gamma, INDArray beta, INDArray mean, INDArray variance, INDArray summand) {
    static Behind of(long[] shape) {
      int channels = (int) shape[3];
      return new Behind(
          random(5, channels),
          random(6, channels),
          random(7, channels),
          random(8, channels).muli(0.1).addi(1),
          random(9, shape));
    }

    Normalization normalization(Function<INDArray, Tensor> made) {
      return new Normalization(
          made.apply(gamma), made.apply(beta), made.apply(mean), made.apply(variance), 1e-3);
    }

    Epilogue epilogue(int which, Function<INDArray, Tensor> made) {
      return new Epilogue(
          (which & 1) == 0 ? null : normalization(made),
          (which & 2) == 0 ? null : made.apply(summand),
          (which & 4) != 0);
    }
  }

  /** By Winograd's algorithm with and without whole blocks of channels, directly, strided. */
  @ParameterizedTest
  @CsvSource({
    "16, 48, 3, 1, 1, 1",
    "17, 5, 3, 1, 1, 1",
    "48, 17, 3, 1, 0, 3",
    "3, 16, 3, 1, 1, 3",
    "16, 16, 1, 1, 0, 1",
    "17, 48, 1, 2, 0, 3",
    "5, 16, 7, 2, 3, 1"
  })
  void everythingThatMayFollowAConvolution(
      int in, int out, int kernel, int stride, int padding, int images) {
    Window window = Window.square(kernel, stride, padding);
    INDArray x = random(1, images, HEIGHT, WIDTH, in);
    INDArray w = random(2, out, in, kernel, kernel);
    INDArray bias = random(3, out);
    Tensor own = kernels.adopt(w);
    Behind behind =
        Behind.of(new long[] {images, window.outputHeight(HEIGHT), window.outputWidth(WIDTH), out});
    for (int which = 0; which < 8; which++) {
      for (boolean biased : new boolean[] {false, true}) {
        Tensor expected =
            reference.convolution(
                inDouble(x),
                inDouble(w),
                biased ? inDouble(bias) : null,
                window,
                behind.epilogue(which, this::inDouble));
        Tensor actual =
            kernels.convolution(
                kernels.adopt(x),
                own,
                biased ? kernels.adopt(bias) : null,
                window,
                behind.epilogue(which, kernels::adopt));
        assertClose("epilogue " + which + (biased ? " biased" : ""), actual, expected);
      }
    }
    assertThat(kernels.values(kernels.adopt(behind.summand())))
        .as("the summand stays as it is")
        .isEqualTo(kernels.values(kernels.adopt(random(9, behind.summand().shape()))));
    INDArray g = random(4, behind.summand().shape());
    assertClose(
        "gradient through a normalisation",
        kernels.convolutionInputGradient(
            kernels.adopt(g), own, window, HEIGHT, WIDTH, derivative(behind, kernels::adopt)),
        reference.convolutionInputGradient(
            inDouble(g), inDouble(w), window, HEIGHT, WIDTH, derivative(behind, this::inDouble)));
  }

  private static Normalization derivative(Behind behind, Function<INDArray, Tensor> made) {
    Tensor zeros = made.apply(behind.mean().mul(0));
    return new Normalization(
        made.apply(behind.gamma()), zeros, zeros, made.apply(behind.variance()), 1e-3);
  }

  /** Gradients of one class each, and gradients behind a rectifier. */
  @ParameterizedTest
  @CsvSource({"1, 0", "1, 0.1", "5, 0.002", "5, 0.2", "8, 0.29", "8, 0.31", "9, 0.1"})
  void productsOfFewNumbers(int rows, double share) {
    INDArray weights = random(1, 1000, 300).transpose();
    INDArray x = random(2, rows, 1000);
    Random random = new Random(3);
    for (int k = 0; k < 1000; k++) {
      if (random.nextDouble() >= share) {
        x.putColumn(k, Nd4j.zeros(DataType.FLOAT, rows));
      }
    }
    assertClose(
        "product",
        kernels.product(kernels.adopt(x), kernels.adopt(weights), true),
        reference.product(inDouble(x), inDouble(weights), true));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 33})
  void products(int rows) {
    for (int[] size : new int[][] {{50, 70}, {129, 33}, {1, 7}, {7, 1}, {512, 1000}}) {
      for (char order : new char[] {'c', 'f'}) {
        String what = Arrays.toString(size) + " in " + order;
        assertProducts(what, rows, random(2, size[0], size[1]).dup(order));
        // As a view of a larger array, whose rows or columns are further apart.
        INDArray larger = random(2, size[0] + 3, size[1] + 5).dup(order);
        assertProducts(
            "a part, " + what,
            rows,
            larger.get(
                NDArrayIndex.interval(1, 1 + size[0]), NDArrayIndex.interval(2, 2 + size[1])));
      }
    }
  }

  private void assertProducts(String what, int rows, INDArray weights) {
    INDArray x = random(1, rows, weights.size(0));
    INDArray g = random(3, rows, weights.size(1));
    assertClose(
        what,
        kernels.product(kernels.adopt(x), kernels.adopt(weights), false),
        reference.product(inDouble(x), inDouble(weights), false));
    assertClose(
        "transposed, " + what,
        kernels.product(kernels.adopt(g), kernels.adopt(weights), true),
        reference.product(inDouble(g), inDouble(weights), true));
  }

  /** A convolution with everything behind it, as it was packed once. */
  private final class Packed {
    private final Window window;
    private final Tensor x;
    private final INDArray weights;
    private final INDArray bias;
    private final Behind behind;
    private final Tensor own;
    private final Tensor ownBias;
    private final Normalization normalization;
    private final Normalization derivative;

    Packed() {
      this(16, 16, Window.square(3, 1, 1));
    }

    Packed(int in, int out, Window window) {
      this.window = window;
      x = kernels.adopt(random(1, 1, 12, 12, in));
      weights = random(2, out, in, window.kernelHeight(), window.kernelWidth());
      bias = random(3, out);
      behind = Behind.of(new long[] {1, window.outputHeight(12), window.outputWidth(12), out});
      own = kernels.adopt(weights);
      ownBias = kernels.adopt(bias);
      normalization = behind.normalization(kernels::adopt);
      derivative = derivative(behind, kernels::adopt);
    }

    double[] values() {
      return values(kernels);
    }

    private double[] values(Kernels by) {
      return by.values(
          by.convolution(x, own, ownBias, window, new Epilogue(normalization, null, false)));
    }

    double[] gradient() {
      return gradient(kernels);
    }

    private double[] gradient(Kernels by) {
      Tensor g = by.adopt(behind.summand());
      return by.values(by.convolutionInputGradient(g, own, window, 12, 12, derivative));
    }

    void assertNoticed(String what, boolean inGradient, Runnable change) {
      double[] before = values();
      double[] gradientBefore = gradient();
      change.run();
      // What kernels give that never saw the old numbers.
      try (Kernels others = OneDnnKernels.load().orElseThrow()) {
        assertChanged(what, true, before, values(), values(others));
        assertChanged(
            "gradient, " + what, inGradient, gradientBefore, gradient(), gradient(others));
      }
    }
  }

  private static void assertChanged(
      String what, boolean changes, double[] before, double[] after, double[] expected) {
    assertThat(Arrays.equals(after, expected)).as(what).isTrue();
    assertThat(Arrays.equals(after, before)).as(what).isEqualTo(!changes);
  }

  /** By Winograd's algorithm and directly; the gradient as a convolution and strided. */
  @ParameterizedTest
  @CsvSource({"1", "2"})
  void changedParametersAreNoticed(int stride) {
    Packed packed = new Packed(16, 16, Window.square(3, stride, 1));
    Map<String, Runnable> ofTheGradientToo = new LinkedHashMap<>();
    ofTheGradientToo.put("all", () -> packed.weights.assign(random(12, 16, 16, 3, 3)));
    ofTheGradientToo.put("a factor of all", () -> packed.weights.muli(1.001));
    ofTheGradientToo.put("gamma", () -> packed.behind.gamma().putScalar(3, 7));
    ofTheGradientToo.put("variance", () -> packed.behind.variance().putScalar(2, 7));
    ofTheGradientToo.forEach((what, change) -> packed.assertNoticed(what, true, change));
    Map<String, Runnable> others = new LinkedHashMap<>();
    others.put("bias", () -> packed.bias.putScalar(9, 30));
    others.put("beta", () -> packed.behind.beta().putScalar(15, 30));
    others.put("mean", () -> packed.behind.mean().putScalar(0, -30));
    others.forEach((what, change) -> packed.assertNoticed(what, false, change));
  }

  /** Whatever the number of either. */
  @ParameterizedTest
  @CsvSource({"16, 16, 3", "64, 8, 3", "5, 40, 3", "70, 9, 1", "3, 16, 7"})
  void aChangeOfOneFilterOrOneInputChannelIsNoticed(int in, int out, int kernel) {
    Packed packed = new Packed(in, out, Window.square(kernel, 1, kernel / 2));
    for (int i = 0; i < in; i++) {
      INDArray channel = packed.weights.get(NDArrayIndex.all(), NDArrayIndex.point(i));
      packed.assertNoticed("input channel " + i, true, () -> channel.muli(1.5));
    }
    for (int o = 0; o < out; o++) {
      INDArray filter = packed.weights.get(NDArrayIndex.point(o));
      packed.assertNoticed("filter " + o, true, () -> filter.muli(1.5));
    }
  }

  @Test
  void aSingleNumberIsNoticedWhenToldSo() {
    Packed packed = new Packed();
    packed.values();
    packed.gradient();
    packed.assertNoticed(
        "single numbers",
        true,
        () -> {
          for (int i = 0; i < 20; i++) {
            packed.weights.putScalar(new int[] {i % 16, i % 7, i % 3, i % 2}, 5 + i);
          }
          kernels.parametersChanged();
        });
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
    double[] once = kernels.values(kernels.convolution(packed.x, packed.own, null, packed.window));
    try (Scope scope = kernels.open()) {
      assertThat(scope.isOpen()).isTrue();
      Tensor computed = kernels.scale(packed.own, 1);
      Tensor g = kernels.adopt(packed.behind.summand());
      for (int i = 0; i < 20; i++) {
        assertThat(kernels.values(kernels.convolution(packed.x, computed, null, packed.window))[0])
            .isCloseTo(once[0] + 5 * i, within(1e-3));
        double[] back =
            kernels.values(kernels.convolutionInputGradient(g, computed, packed.window, 12, 12));
        INDArray array = Nd4jKernels.array(computed);
        // A single number, at which no sample looks: the weight of the first output's first cell.
        int[] first = {0, i % 16, 1 + i / 16, 1};
        double x = kernels.values(packed.x)[(i / 16 * 12) * 16 + i % 16];
        array.putScalar(first, array.getDouble(0, i % 16, 1 + i / 16, 1) + 5 / x);
        assertThat(
                kernels.values(
                    kernels.convolutionInputGradient(g, computed, packed.window, 12, 12)))
            .isNotEqualTo(back);
      }
    }
  }

  /** Several shapes at once, each of several threads. */
  @Test
  void manyThreadsGetTheSameNumbers() throws Exception {
    List<Callable<double[]>> works = new ArrayList<>();
    for (Packed packed :
        List.of(
            new Packed(),
            new Packed(16, 16, Window.square(3, 2, 1)),
            new Packed(17, 5, Window.square(1, 1, 0)),
            new Packed(3, 48, Window.square(7, 2, 3)))) {
      works.add(packed::values);
      works.add(packed::gradient);
    }
    for (int rows : new int[] {1, 7, 8, 33}) {
      Tensor x = kernels.adopt(random(1, rows, 300));
      Tensor weights = kernels.adopt(random(2, 300, 200).dup(rows % 2 == 0 ? 'c' : 'f'));
      works.add(() -> kernels.values(kernels.product(x, weights, false)));
    }
    List<double[]> alone = new ArrayList<>();
    for (Callable<double[]> work : works) {
      alone.add(work.call());
    }
    kernels.parametersChanged();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<double[]>> together = new ArrayList<>();
    for (int i = 0; i < 25 * works.size(); i++) {
      Callable<double[]> work = works.get(i % works.size());
      together.add(
          threads.submit(
              () -> {
                try (Scope scope = kernels.open()) {
                  return scope.isOpen() ? work.call() : null;
                }
              }));
    }
    threads.shutdown();
    for (int i = 0; i < together.size(); i++) {
      assertThat(together.get(i).get()).isEqualTo(alone.get(i % works.size()));
    }
  }
}
