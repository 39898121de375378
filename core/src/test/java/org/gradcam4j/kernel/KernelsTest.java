package org.gradcam4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The kernels against plain loops, in both types: float takes other code than double. */
class KernelsTest {
  private static final int N = 2, H = 9, W = 11, C = 3, OUT = 4;

  private final Kernels floats = Kernels.fastest(DataType.FLOAT);
  private final Kernels doubles = new Nd4jKernels(DataType.DOUBLE);

  @AfterEach
  void close() {
    floats.close();
    doubles.close();
  }

  static Stream<Window> windows() {
    return Stream.of(
        Window.square(1, 1, 0),
        Window.square(3, 1, 1),
        Window.square(3, 2, 1),
        Window.square(3, 2, 0),
        Window.square(5, 4, 2),
        Window.square(1, 2, 0),
        Window.square(2, 3, 1),
        new Window(3, 2, 2, 1, 1, 0, 1, 1, false),
        new Window(3, 3, 1, 1, 2, 2, 2, 2, false),
        new Window(2, 3, 2, 2, 0, 1, 3, 2, false),
        new Window(3, 3, 1, 1, 0, 0, 1, 1, true),
        new Window(3, 3, 2, 2, 0, 0, 1, 1, true),
        new Window(2, 2, 2, 2, 0, 0, 1, 1, true));
  }

  private static double[] random(int seed, long... shape) {
    Random random = new Random(seed);
    double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    // Few distinct values, which floats hold exactly: ties, and no rounding of the inputs.
    Arrays.setAll(values, i -> random.nextInt(17) / 8.0 - 1);
    return values;
  }

  private interface Operation {
    Tensor run(Kernels kernels);
  }

  private void assertBoth(Operation operation, double[] expected) {
    assertThat(doubles.values(operation.run(doubles))).containsExactly(expected, within(1e-12));
    assertThat(floats.values(operation.run(floats))).containsExactly(expected, within(2e-5));
  }

  private static Tensor x(Kernels k) {
    return k.tensor(random(1, N, H, W, C), N, H, W, C);
  }

  /** Visits each pair of an output cell and an input cell that its window covers. */
  private interface Cell {
    void at(int n, int i, int j, int ki, int kj, int row, int column);
  }

  private static void slide(Window w, Cell cell) {
    int top = (int) w.paddingTop(H);
    int left = (int) w.paddingLeft(W);
    for (int n = 0; n < N; n++) {
      for (int i = 0; i < w.outputHeight(H); i++) {
        for (int j = 0; j < w.outputWidth(W); j++) {
          for (int ki = 0; ki < w.kernelHeight(); ki++) {
            for (int kj = 0; kj < w.kernelWidth(); kj++) {
              int row = i * w.strideHeight() - top + ki * w.dilationHeight();
              int column = j * w.strideWidth() - left + kj * w.dilationWidth();
              if (row >= 0 && row < H && column >= 0 && column < W) {
                cell.at(n, i, j, ki, kj, row, column);
              }
            }
          }
        }
      }
    }
  }

  private static int in(int n, int row, int column, int c) {
    return ((n * H + row) * W + column) * C + c;
  }

  private static int out(Window w, int n, int i, int j, int c, int channels) {
    return (int) (((n * w.outputHeight(H) + i) * w.outputWidth(W) + j) * channels + c);
  }

  @ParameterizedTest
  @MethodSource("windows")
  void convolution(Window w) {
    double[] weights = random(2, OUT, C, w.kernelHeight(), w.kernelWidth());
    double[] bias = random(3, OUT);
    long h = w.outputHeight(H);
    long v = w.outputWidth(W);
    double[] image = random(1, N, H, W, C);
    double[] gradient = random(4, N, h, v, OUT);
    double[] expected = new double[gradient.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = bias[i % OUT];
    }
    double[] back = new double[image.length];
    slide(
        w,
        (n, i, j, ki, kj, row, column) -> {
          for (int c = 0; c < C; c++) {
            for (int o = 0; o < OUT; o++) {
              double weight = weights[((o * C + c) * w.kernelHeight() + ki) * w.kernelWidth() + kj];
              expected[out(w, n, i, j, o, OUT)] += weight * image[in(n, row, column, c)];
              back[in(n, row, column, c)] += weight * gradient[out(w, n, i, j, o, OUT)];
            }
          }
        });
    long[] shape = {OUT, C, w.kernelHeight(), w.kernelWidth()};
    assertBoth(
        k -> k.convolution(x(k), k.tensor(weights, shape), k.tensor(bias, OUT), w), expected);
    assertBoth(
        k ->
            k.convolutionInputGradient(
                k.tensor(gradient, N, h, v, OUT), k.tensor(weights, shape), w, H, W),
        back);
  }

  @ParameterizedTest
  @MethodSource("windows")
  void depthwiseConvolution(Window w) {
    int filters = 2;
    int channels = C * filters;
    double[] weights = random(2, w.kernelHeight(), w.kernelWidth(), C, filters);
    double[] bias = random(3, channels);
    long h = w.outputHeight(H);
    long v = w.outputWidth(W);
    double[] image = random(1, N, H, W, C);
    double[] gradient = random(4, N, h, v, channels);
    double[] expected = new double[gradient.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = bias[i % channels];
    }
    double[] back = new double[image.length];
    slide(
        w,
        (n, i, j, ki, kj, row, column) -> {
          for (int o = 0; o < channels; o++) {
            int c = o / filters;
            double weight = weights[(ki * w.kernelWidth() + kj) * channels + o];
            expected[out(w, n, i, j, o, channels)] += weight * image[in(n, row, column, c)];
            back[in(n, row, column, c)] += weight * gradient[out(w, n, i, j, o, channels)];
          }
        });
    long[] shape = {w.kernelHeight(), w.kernelWidth(), C, filters};
    assertBoth(
        k -> k.depthwiseConvolution(x(k), k.tensor(weights, shape), k.tensor(bias, channels), w),
        expected);
    assertBoth(
        k ->
            k.depthwiseConvolutionInputGradient(
                k.tensor(gradient, N, h, v, channels), k.tensor(weights, shape), w, H, W),
        back);
  }

  @ParameterizedTest
  @MethodSource("windows")
  void pooling(Window w) {
    if (w.dilationHeight() != 1) {
      return;
    }
    long h = w.outputHeight(H);
    long v = w.outputWidth(W);
    double[] image = random(1, N, H, W, C);
    double[] gradient = random(4, N, h, v, C);
    double[] maxima = new double[gradient.length];
    double[] means = new double[gradient.length];
    double[] counts = new double[gradient.length];
    int[] places = new int[gradient.length];
    Arrays.fill(maxima, Double.NEGATIVE_INFINITY);
    slide(
        w,
        (n, i, j, ki, kj, row, column) -> {
          for (int c = 0; c < C; c++) {
            int o = out(w, n, i, j, c, C);
            double value = image[in(n, row, column, c)];
            if (value > maxima[o]) {
              maxima[o] = value;
              places[o] = in(n, row, column, c);
            }
            means[o] += value;
            counts[o]++;
          }
        });
    double[] maximaBack = new double[image.length];
    for (int o = 0; o < gradient.length; o++) {
      maximaBack[places[o]] += gradient[o];
      means[o] /= counts[o];
    }
    double[] meansBack = new double[image.length];
    slide(
        w,
        (n, i, j, ki, kj, row, column) -> {
          for (int c = 0; c < C; c++) {
            int o = out(w, n, i, j, c, C);
            meansBack[in(n, row, column, c)] += gradient[o] / counts[o];
          }
        });
    int[] rows = {0, 1};
    assertBoth(k -> k.maxPool(x(k), w), maxima);
    assertBoth(k -> k.maxPoolGradient(x(k), k.tensor(gradient, N, h, v, C), rows, w), maximaBack);
    assertBoth(k -> k.averagePool(x(k), w, false), means);
    assertBoth(
        k -> k.averagePoolGradient(k.tensor(gradient, N, h, v, C), w, false, H, W), meansBack);
    if (!w.same()) {
      double area = w.kernelHeight() * w.kernelWidth();
      double[] padded = new double[means.length];
      for (int o = 0; o < padded.length; o++) {
        padded[o] = means[o] * counts[o] / area;
      }
      assertBoth(k -> k.averagePool(x(k), w, true), padded);
    }
  }

  @Test
  void localResponseNormalization() {
    int channels = 9;
    double[] image = random(1, N, 2, 3, channels);
    double[] expected = new double[image.length];
    for (int i = 0; i < image.length; i++) {
      double sum = 0;
      for (int d = -2; d <= 2; d++) {
        int c = i % channels + d;
        sum += c >= 0 && c < channels ? image[i + d] * image[i + d] : 0;
      }
      expected[i] = image[i] / Math.pow(1.5 + 0.25 * sum, 0.75);
    }
    assertBoth(
        k -> k.localResponseNormalization(k.tensor(image, N, 2, 3, channels), 5, 1.5, 0.25, 0.75),
        expected);
  }

  @Test
  void functionsOfEachNumber() {
    double[] image = random(1, N, H, W, C);
    assertBoth(
        k -> k.leakyRelu(x(k), 0.25), Arrays.stream(image).map(v -> v > 0 ? v : v / 4).toArray());
    assertBoth(
        k -> k.map(x(k), v -> v * v + 1), Arrays.stream(image).map(v -> v * v + 1).toArray());
    // A view, whose numbers do not lie side by side, and more than one thread's share.
    double[] large = random(1, 1, 200, 200, C);
    double[] second =
        IntStream.range(0, large.length)
            .filter(i -> i % C == 1)
            .mapToDouble(i -> -large[i])
            .toArray();
    assertBoth(k -> k.map(k.channels(k.tensor(large, 1, 200, 200, C), 1, 1), v -> -v), second);
  }

  @Test
  void stacksRows() {
    double[] image = random(1, N, H, W, C);
    double[] other = random(2, 1, H, W, C);
    assertBoth(
        k -> k.stack(x(k), k.tensor(other, 1, H, W, C)),
        DoubleStream.concat(Arrays.stream(image), Arrays.stream(other)).toArray());
  }

  @Test
  void blocksBecomeChannels() {
    int block = 3;
    double[] image = random(1, N, 6, 9, C);
    double[] expected = new double[image.length];
    for (int i = 0; i < image.length; i++) {
      int c = i % C;
      int column = i / C % 9;
      int row = i / C / 9 % 6;
      int n = i / C / 9 / 6;
      int channel = (row % block * block + column % block) * C + c;
      expected[((n * 2 + row / block) * 3 + column / block) * C * block * block + channel] =
          image[i];
    }
    assertBoth(k -> k.spaceToDepth(k.tensor(image, N, 6, 9, C), block), expected);
    assertBoth(k -> k.depthToSpace(k.tensor(expected, N, 2, 3, C * block * block), block), image);
  }

  @Test
  void sumsOverSpaceAndChannels() {
    double[] image = random(1, N, H, W, C);
    double[] weights = random(2, 3, C);
    int[] rows = {1, 0, 1};
    double[] mean = new double[N * C];
    for (int i = 0; i < image.length; i++) {
      mean[i / (H * W * C) * C + i % C] += image[i] / (H * W);
    }
    assertBoth(k -> k.spatialMean(x(k)), mean);
    double[] sums = new double[3 * H * W];
    for (int r = 0; r < 3; r++) {
      for (int cell = 0; cell < H * W; cell++) {
        for (int c = 0; c < C; c++) {
          sums[r * H * W + cell] += weights[r * C + c] * image[rows[r] * H * W * C + cell * C + c];
        }
      }
    }
    assertBoth(k -> k.weightedChannelSum(x(k), k.tensor(weights, 3, C), rows), sums);
  }

  @Test
  void sumOverChannels() {
    double[] image = random(1, N, H, W, C);
    double[] sums = new double[N * H * W];
    for (int i = 0; i < image.length; i++) {
      sums[i / C] += image[i];
    }
    assertBoth(k -> k.channelSum(x(k)), sums);
  }

  @Test
  void productsWithPlanes() {
    int[] rows = {1, 0, 1};
    double[] image = random(1, N, H, W, C);
    double[] planes = random(6, 3, H, W);
    double[] products = new double[3 * H * W * C];
    for (int i = 0; i < products.length; i++) {
      int row = i / (H * W * C);
      products[i] = image[rows[row] * H * W * C + i % (H * W * C)] * planes[i / C];
    }
    float[] floatPlanes = new float[planes.length];
    for (int i = 0; i < planes.length; i++) {
      floatPlanes[i] = (float) planes[i];
    }
    assertBoth(k -> k.multiplyPlanes(x(k), k.tensor(floatPlanes, 3, H, W, 1), rows), products);
    assertBoth(
        k -> {
          // A scope's memory holds more than the one tensor.
          try (Scope scope = k.open()) {
            assertThat(scope.isOpen()).isTrue();
            Tensor first = k.tensor(floatPlanes, 3, H, W);
            Tensor second = k.tensor(new float[H], H);
            assertThat(k.values(first)).containsExactly(planes);
            assertThat(k.values(second)).containsOnly(0);
          }
          return k.tensor(floatPlanes, 3, H, W);
        },
        planes);
  }

  @Test
  void aChannelOfZeros() {
    double[] expected = random(1, N, H, W, C);
    for (int cell = 0; cell < H * W; cell++) {
      expected[(H * W + cell) * C + 2] = 0;
    }
    assertBoth(
        k -> {
          Tensor x = x(k);
          k.clearChannel(x, 1, 2);
          return x;
        },
        expected);
  }

  @Test
  void onesInThePlaceOfZeros() {
    double[] values = {0, 2, -0.0, -3, 1e-30, 0};
    double[] expected = {1, 2, 1, -3, 1e-30, 1};
    assertBoth(k -> k.oneWhereZero(k.tensor(values, 2, 3)), expected);
    assertThat(floats.values(floats.oneWhereZero(floats.tensor(values, 2, 3)))[4])
        .isPositive()
        .isLessThan(2e-30);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void aViewOfAViewIsNotEmpty(DataType type) {
    // INDArray.get answers with an empty array here: see Nd4jTensor.view.
    INDArray buffer = Nd4j.arange(1000).castTo(type);
    INDArray matrix = Nd4jTensor.rows(buffer, 100, 600).reshape('c', new long[] {100, 6});
    INDArray part = Nd4jTensor.rows(matrix, 90, 10);
    assertThat(part.shape()).containsExactly(10, 6);
    assertThat(part.getDouble(0, 0)).isEqualTo(640);
    assertThat(part.getDouble(9, 5)).isEqualTo(699);
    part.assign(-1);
    assertThat(buffer.getDouble(639)).isEqualTo(639);
    assertThat(buffer.getDouble(640)).isEqualTo(-1);
    assertThat(buffer.getDouble(699)).isEqualTo(-1);
    assertThat(buffer.getDouble(700)).isEqualTo(700);
  }

  @Test
  void aScopeBelongsToItsThread() throws InterruptedException {
    Scope scope = floats.open();
    Throwable[] thrown = new Throwable[1];
    Thread other =
        new Thread(
            () -> {
              try {
                scope.close();
              } catch (IllegalStateException e) {
                thrown[0] = e;
              }
            });
    other.start();
    other.join();
    assertThat(thrown[0]).hasMessageContaining("must be closed by it");
    assertThat(scope.isOpen()).isTrue();
    scope.close();
    assertThat(scope.isOpen()).isFalse();
  }

  @Test
  void onlyFloatsAndDoubles() {
    assertThatThrownBy(() -> new Nd4jKernels(DataType.BFLOAT16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BFLOAT16")
        .hasMessageContaining("FLOAT or DOUBLE");
  }
}
