package org.gradcam4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J's kernels against plain Java's, in both types: float takes other code than double. */
class KernelsTest {
  private static final int N = 2, H = 9, W = 11, C = 3, OUT = 4;

  /** Channels from which on convolutions may be Winograd's. */
  private static final int WIDE = 16;

  private final Kernels floats = Kernels.fastest(DataType.FLOAT);
  private final Kernels doubles = new Nd4jKernels(DataType.DOUBLE);
  private final Kernels plain = new PlainKernels();

  @AfterEach
  void close() {
    floats.close();
    doubles.close();
  }

  /** An argument of an operation. */
  private record Argument(double[] values, long... shape) {}

  private interface Operation {
    Tensor run(Kernels kernels, Tensor... arguments);
  }

  /** An operation on arguments. */
  private record Call(String name, Operation operation, Argument... arguments) {
    Tensor[] arguments(Kernels kernels) {
      return Arrays.stream(arguments)
          .map(a -> kernels.tensor(a.values(), a.shape()))
          .toArray(Tensor[]::new);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Argument random(int seed, long... shape) {
    Random random = new Random(seed);
    double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    // Few distinct values, which floats hold exactly: ties, and no rounding of the inputs.
    Arrays.setAll(values, i -> random.nextInt(17) / 8.0 - 1);
    return new Argument(values, shape);
  }

  private static Argument image() {
    return image(C);
  }

  private static Argument image(int channels) {
    return random(1, N, H, W, channels);
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

  static List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    windows().forEach(window -> addWindowed(calls, window));
    addNormalisations(calls);
    addFunctions(calls);
    addRows(calls);
    addShapes(calls);
    addSums(calls);
    addEndings(calls);
    return calls;
  }

  private static void addWindowed(List<Call> calls, Window w) {
    long h = w.outputHeight(H);
    long v = w.outputWidth(W);
    int filters = 2;
    Argument weights = random(2, OUT, C, w.kernelHeight(), w.kernelWidth());
    Argument depthwise = random(2, w.kernelHeight(), w.kernelWidth(), C, filters);
    Argument gradient = random(4, N, h, v, OUT);
    Argument depthwiseGradient = random(4, N, h, v, C * filters);
    calls.add(
        new Call(
            "convolution, " + w,
            (k, a) -> k.convolution(a[0], a[1], a[2], w),
            image(),
            weights,
            random(3, OUT)));
    calls.add(
        new Call(
            "convolution without bias, " + w,
            (k, a) -> k.convolution(a[0], a[1], null, w),
            image(),
            weights));
    calls.add(
        new Call(
            "its gradient, " + w,
            (k, a) -> k.convolutionInputGradient(a[0], a[1], w, H, W),
            gradient,
            weights));
    calls.add(
        new Call(
            "depthwise convolution, " + w,
            (k, a) -> k.depthwiseConvolution(a[0], a[1], a[2], w),
            image(),
            depthwise,
            random(3, C * filters)));
    calls.add(
        new Call(
            "depthwise convolution without bias, " + w,
            (k, a) -> k.depthwiseConvolution(a[0], a[1], null, w),
            image(),
            depthwise));
    calls.add(
        new Call(
            "its gradient, " + w,
            (k, a) -> k.depthwiseConvolutionInputGradient(a[0], a[1], w, H, W),
            depthwiseGradient,
            depthwise));
    if (w.dilationHeight() == 1) {
      addPooling(calls, w);
    }
  }

  private static void addPooling(List<Call> calls, Window w) {
    Argument gradient = random(4, N, w.outputHeight(H), w.outputWidth(W), C);
    calls.add(new Call("maximum, " + w, (k, a) -> k.maxPool(a[0], w), image()));
    int[][] images = {{0, 1}, {1, 0}};
    for (int[] rows : images) {
      calls.add(
          new Call(
              "its gradient for images " + Arrays.toString(rows) + ", " + w,
              (k, a) -> k.maxPoolGradient(a[0], a[1], rows, w),
              image(),
              gradient));
    }
    for (boolean countPadding : new boolean[] {false, true}) {
      String how = (countPadding ? " with padding, " : ", ") + w;
      calls.add(new Call("mean" + how, (k, a) -> k.averagePool(a[0], w, countPadding), image()));
      calls.add(
          new Call(
              "its gradient" + how,
              (k, a) -> k.averagePoolGradient(a[0], w, countPadding, H, W),
              gradient));
    }
  }

  private static void addNormalisations(List<Call> calls) {
    int channels = 9;
    int[] rows = {1, 0, 1};
    Argument x = random(1, N, 2, 3, channels);
    Argument gradient = random(2, 3, 2, 3, channels);
    for (int depth : new int[] {3, 5}) {
      calls.add(
          new Call(
              "local response normalisation over " + depth,
              (k, a) -> k.localResponseNormalization(a[0], depth, 1.5, 0.25, 0.75),
              x));
      calls.add(
          new Call(
              "its gradient over " + depth,
              (k, a) ->
                  k.localResponseNormalizationGradient(a[0], a[1], rows, depth, 1.5, 0.25, 0.75),
              x,
              gradient));
    }
    Argument variance = new Argument(new double[] {0.25, 0.5, 2}, C);
    calls.add(
        new Call(
            "batch normalisation",
            (k, a) -> k.batchNormalization(a[0], new Normalization(a[1], a[2], a[3], a[4], 0.125)),
            image(),
            random(5, C),
            random(6, C),
            random(7, C),
            variance));
    calls.add(
        new Call(
            "batch normalisation of features",
            (k, a) -> k.batchNormalization(a[0], new Normalization(a[1], a[2], a[3], a[4], 0.125)),
            random(1, 5, C),
            random(5, C),
            random(6, C),
            random(7, C),
            variance));
    calls.add(new Call("variance", (k, a) -> k.varianceOfLog10Deviation(a[0]), random(5, C)));
    for (long[] shape : new long[][] {{N, 2, 3, C}, {N, 7}}) {
      long[] several = shape.clone();
      several[0] = rows.length;
      calls.add(
          new Call(
              "softmax " + Arrays.toString(shape), (k, a) -> k.softmax(a[0]), random(8, shape)));
      calls.add(
          new Call(
              "its gradient " + Arrays.toString(shape),
              (k, a) -> k.softmaxGradient(a[0], a[1], rows),
              random(8, shape),
              random(9, several)));
    }
  }

  private static void addFunctions(List<Call> calls) {
    calls.add(new Call("relu", (k, a) -> k.relu(a[0]), image()));
    calls.add(new Call("relu in place", (k, a) -> k.reluInPlace(a[0]), image()));
    calls.add(new Call("leaky relu", (k, a) -> k.leakyRelu(a[0], 0.25), image()));
    calls.add(new Call("sigmoid", (k, a) -> k.sigmoid(a[0]), image()));
    calls.add(new Call("tanh", (k, a) -> k.tanh(a[0]), image()));
    calls.add(new Call("scale", (k, a) -> k.scale(a[0], -1.75), image()));
    calls.add(new Call("a function", (k, a) -> k.map(a[0], v -> v * v + 1), image()));
    // A view, whose numbers do not lie side by side, and more than one thread's share.
    calls.add(
        new Call(
            "a function of many",
            (k, a) -> k.map(k.channels(a[0], 1, 1), v -> -v),
            random(1, 1, 200, 200, C)));
    calls.add(
        new Call(
            "one where zero",
            (k, a) -> k.oneWhereZero(a[0]),
            new Argument(new double[] {0, 2, -0.0, -3, 1e-30, 0}, 2, 3)));
    calls.add(new Call("sum of two", (k, a) -> k.add(a[0], a[1]), image(), other()));
    calls.add(new Call("sum in place", (k, a) -> k.addInPlace(a[0], a[1]), image(), other()));
    calls.add(new Call("difference", (k, a) -> k.subtract(a[0], a[1]), image(), other()));
    calls.add(
        new Call(
            "a vector in place", (k, a) -> k.addVectorInPlace(a[0], a[1]), image(), random(3, C)));
    calls.add(
        new Call(
            "a vector to features",
            (k, a) -> k.addVectorInPlace(a[0], a[1]),
            random(1, 5, C),
            random(3, C)));
  }

  private static Argument other() {
    return random(2, N, H, W, C);
  }

  private static void addRows(List<Call> calls) {
    for (int[] rows : new int[][] {{1, 0, 1}, {0, 1}, {1}}) {
      String images = " for images " + Arrays.toString(rows);
      Argument gradient = random(6, rows.length, H, W, C);
      calls.add(new Call("where" + images, (k, a) -> k.where(a[0], a[1], rows), image(), gradient));
      calls.add(
          new Call("multiply" + images, (k, a) -> k.multiply(a[0], a[1], rows), image(), gradient));
      calls.add(
          new Call("divide" + images, (k, a) -> k.divide(a[1], a[0], rows), image(), gradient));
      calls.add(new Call("rows" + images, (k, a) -> k.gatherRows(a[0], rows), image()));
      calls.add(
          new Call(
              "planes" + images,
              (k, a) -> k.multiplyPlanes(a[0], a[1], rows),
              image(),
              random(6, rows.length, H, W, 1)));
      calls.add(
          new Call(
              "weighted channels" + images,
              (k, a) -> k.weightedChannelSum(a[0], a[1], rows),
              image(),
              random(2, rows.length, C)));
    }
    calls.add(
        new Call(
            "rows of features", (k, a) -> k.gatherRows(a[0], new int[] {2, 2, 0}), features()));
    calls.add(new Call("one-hot", (k, a) -> k.oneHot(new int[] {3, 0, 3}, 5)));
  }

  private static Argument features() {
    return random(1, 3, 7);
  }

  private static void addShapes(List<Call> calls) {
    calls.add(new Call("channels last", (k, a) -> k.channelsLast(a[0]), random(1, N, C, H, W)));
    calls.add(new Call("channels first", (k, a) -> k.channelsFirst(a[0]), image()));
    calls.add(new Call("reshape", (k, a) -> k.reshape(a[0], 3, H * W, N), image()));
    calls.add(
        new Call(
            "a reshaped tensor shares its memory",
            (k, a) -> k.reluInPlace(k.reshape(a[0], N, H * W * C)),
            image()));
    calls.add(new Call("channels", (k, a) -> k.channels(a[0], 1, 2), image()));
    calls.add(new Call("some features", (k, a) -> k.channels(a[0], 2, 4), features()));
    calls.add(
        new Call(
            "joined",
            (k, a) -> k.concatenate(a),
            image(),
            random(2, N, H, W, 1),
            random(3, N, H, W, OUT)));
    calls.add(new Call("joined features", (k, a) -> k.concatenate(a), features(), random(2, 3, 2)));
    calls.add(new Call("stacked", (k, a) -> k.stack(a), image(), random(2, 1, H, W, C)));
    calls.add(new Call("stacked features", (k, a) -> k.stack(a), features(), random(2, 2, 7)));
    calls.add(new Call("space to depth", (k, a) -> k.spaceToDepth(a[0], 3), random(1, N, 6, 9, C)));
    calls.add(
        new Call("depth to space", (k, a) -> k.depthToSpace(a[0], 3), random(1, N, 2, 3, 9 * C)));
    calls.add(new Call("embedded", (k, a) -> k.embed(a[0], 1, 2, 3, H + 2, W + 2, C + 4), image()));
    calls.add(new Call("cropped", (k, a) -> k.crop(a[0], 2, 1, 4, 5), image()));
    calls.add(
        new Call(
            "windows of an image",
            (k, a) ->
                k.windows(
                    a[0],
                    1,
                    null,
                    null,
                    new Places(new int[] {-2, 3, 6}, new int[] {-1, 2, 8}),
                    5,
                    4,
                    -0.5),
            image()));
    calls.add(
        new Call(
            "windows of an image in which parts differ",
            (k, a) ->
                k.windows(
                    a[0],
                    0,
                    a[1],
                    new Places(new int[] {-1, 4, 6}, new int[] {1, 3, 9}),
                    new Places(new int[] {-2, 3, 5}, new int[] {0, 2, 7}),
                    5,
                    6,
                    0.75),
            image(),
            random(9, 3, 3, 2, C)));
    calls.add(
        new Call(
            "a rectangle of zeros",
            (k, a) -> {
              k.clearRectangle(a[0], 1, 2, 3, 4, 5);
              return a[0];
            },
            image()));
    calls.add(
        new Call(
            "a channel of zeros",
            (k, a) -> {
              k.clearChannel(a[0], 1, 2);
              return a[0];
            },
            image()));
    calls.add(new Call("floats", (k, a) -> k.tensor(new float[] {1, -2, 3.5f, 0}, 2, 2)));
    calls.add(
        new Call(
            "a parameter",
            (k, a) -> k.product(a[0], k.adopt(parameter(k.view(a[0]).dataType())), false),
            random(1, 5, C)));
  }

  private static INDArray parameter(DataType type) {
    return Nd4j.create(new double[] {1, -2, 0.5, 3, 0.25, -1}, new long[] {C, 2}, 'f').castTo(type);
  }

  /** A convolution and each end that it may have; kernels may do both at once. */
  private static void addEndings(List<Call> calls) {
    for (int mask = 1; mask < 16; mask++) {
      boolean normalized = (mask & 1) != 0;
      boolean summed = (mask & 2) != 0;
      boolean rectified = (mask & 4) != 0;
      boolean biased = (mask & 8) != 0;
      for (Window window : List.of(Window.square(3, 1, 1), Window.square(3, 2, 0))) {
        long height = window.outputHeight(H);
        long width = window.outputWidth(W);
        calls.add(
            new Call(
                "convolution by %s, normalised: %s, summed: %s, rectified: %s, biased: %s"
                    .formatted(window, normalized, summed, rectified, biased),
                (k, a) ->
                    k.convolution(
                        a[0],
                        a[1],
                        biased ? a[2] : null,
                        window,
                        new Epilogue(
                            normalized ? new Normalization(a[3], a[4], a[5], a[6], 0.125) : null,
                            summed ? a[7] : null,
                            rectified)),
                image(WIDE),
                random(2, OUT, WIDE, 3, 3),
                random(3, OUT),
                random(4, OUT),
                random(5, OUT),
                random(6, OUT),
                new Argument(new double[] {0.25, 0.5, 2, 1}, OUT),
                random(7, N, height, width, OUT)));
        calls.add(
            new Call(
                "its gradient by " + window + ", " + mask,
                (k, a) ->
                    k.convolutionInputGradient(
                        a[0], a[1], window, H, W, new Normalization(a[2], a[3], a[3], a[4], 0.125)),
                random(mask, N, height, width, OUT),
                random(2, OUT, C, 3, 3),
                random(4, OUT),
                new Argument(new double[OUT], OUT),
                new Argument(new double[] {0.25, 0.5, 2, 1}, OUT)));
      }
    }
  }

  private static void addSums(List<Call> calls) {
    for (boolean transposed : new boolean[] {false, true}) {
      calls.add(
          new Call(
              "product, transposed: " + transposed,
              (k, a) -> k.product(a[0], a[1], transposed),
              features(),
              transposed ? random(2, 4, 7) : random(2, 7, 4)));
    }
    calls.add(new Call("mean over space", (k, a) -> k.spatialMean(a[0]), image()));
    calls.add(new Call("sum over channels", (k, a) -> k.channelSum(a[0]), image()));
    calls.add(new Call("spread", (k, a) -> k.spread(a[0], H, W, 0.75), random(2, 3, C)));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void equalsPlainJava(Call call) {
    Tensor[] arguments = call.arguments(plain);
    Tensor expected = call.operation().run(plain, arguments);
    assertThat(Arrays.stream(plain.values(expected)).allMatch(Double::isFinite)).isTrue();
    assertThat(Arrays.stream(plain.values(expected)).anyMatch(value -> value != 0)).isTrue();
    assertEquals(call, doubles, arguments, expected, 1e-12);
    assertEquals(call, floats, arguments, expected, 2e-5);
  }

  static List<Call> dilatedPooling() {
    List<Call> calls = new ArrayList<>();
    windows().filter(w -> w.dilationHeight() > 1).forEach(w -> addPooling(calls, w));
    return calls;
  }

  /** In float ND4J takes other cells than the window's, in Deeplearning4j's own output too. */
  @ParameterizedTest
  @MethodSource
  void dilatedPooling(Call call) {
    Tensor[] arguments = call.arguments(plain);
    Tensor expected = call.operation().run(plain, arguments);
    assertEquals(call, doubles, arguments, expected, 1e-12);
  }

  private void assertEquals(
      Call call, Kernels kernels, Tensor[] arguments, Tensor expected, double tolerance) {
    Tensor[] own = call.arguments(kernels);
    Tensor result = call.operation().run(kernels, own);
    assertThat(result.shape()).containsExactly(expected.shape());
    assertThat(kernels.values(result)).containsExactly(plain.values(expected), within(tolerance));
    for (int i = 0; i < own.length; i++) {
      // Changed where the operation says so, and nowhere else.
      assertThat(kernels.values(own[i]))
          .containsExactly(plain.values(arguments[i]), within(tolerance));
    }
  }

  @Test
  void everyKernelIsCompared() {
    Set<String> called =
        new TreeSet<>(
            Set.of(
                "open",
                "close",
                "values",
                "floats",
                "view",
                "fastest",
                "parametersChanged",
                "reusable"));
    Kernels recorded =
        (Kernels)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Kernels.class},
                (proxy, method, arguments) -> {
                  called.add(method.getName());
                  return invoke(method, arguments);
                });
    calls().forEach(call -> call.operation().run(recorded, call.arguments(plain)));
    assertThat(called)
        .isEqualTo(
            Arrays.stream(Kernels.class.getMethods())
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private Object invoke(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(plain, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void whatComesOutIsWhatWentIn() {
    Argument x = image();
    float[] expected = new float[x.values().length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (float) x.values()[i];
    }
    for (Kernels k : List.of(plain, doubles, floats)) {
      Tensor tensor = k.tensor(x.values(), x.shape());
      assertThat(k.values(tensor)).containsExactly(x.values());
      assertThat(k.floats(tensor)).containsExactly(expected);
      INDArray view = k.view(tensor);
      assertThat(view.shape()).containsExactly(N, C, H, W);
      assertThat(view.dup('c').data().asFloat()).containsExactly(k.floats(k.channelsFirst(tensor)));
      assertThat(k.view(k.tensor(new double[] {1, 2}, 1, 2)).shape()).containsExactly(1, 2);
    }
  }

  @Test
  void aScopeHoldsSeveralTensors() {
    Argument planes = random(6, 3, H, W);
    float[] values = new float[planes.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) planes.values()[i];
    }
    for (Kernels k : List.of(plain, doubles, floats)) {
      for (int pass = 0; pass < 3; pass++) {
        try (Scope scope = k.open()) {
          assertThat(scope.isOpen()).isTrue();
          Tensor first = k.tensor(values, planes.shape());
          Tensor second = k.tensor(new float[H], H);
          assertThat(k.values(first)).containsExactly(planes.values());
          assertThat(k.values(second)).containsOnly(0);
        }
      }
    }
  }

  @Test
  void plainTensorsDieWithTheirScope() {
    Tensor outer = plain.tensor(new double[] {1}, 1);
    Tensor inner;
    Tensor reshaped;
    try (Scope scope = plain.open()) {
      assertThat(scope.isOpen()).isTrue();
      inner = plain.tensor(new double[] {2}, 1);
      reshaped = plain.reshape(inner, 1, 1);
      assertThat(plain.values(plain.add(outer, inner))).containsExactly(3);
    }
    assertThat(plain.values(outer)).containsExactly(1);
    for (Tensor dead : List.of(inner, reshaped)) {
      assertThatThrownBy(() -> plain.values(dead))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a tensor was used after its scope closed");
    }
  }

  @Test
  void smallFloatsAreNotZero() {
    double[] values = {0, 2, -0.0, -3, 1e-30, 0};
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
