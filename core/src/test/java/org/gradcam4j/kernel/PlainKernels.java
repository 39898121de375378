package org.gradcam4j.kernel;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The kernels as they are defined, in loops over doubles: what other implementations must equal,
 * and what an implementation without ND4J looks like. ND4J's arrays come no further than {@link
 * #adopt} and {@link #view}. A tensor that is used after its scope closed is an error.
 */
public final class PlainKernels implements Kernels {
  private final ThreadLocal<Deque<Scope>> open = ThreadLocal.withInitial(ArrayDeque::new);

  @Override
  public Scope open() {
    PlainScope scope = new PlainScope(open.get());
    open.get().push(scope);
    return scope;
  }

  private static final class PlainScope implements Scope {
    private final Deque<Scope> ofItsThread;
    private boolean isOpen = true;

    PlainScope(Deque<Scope> ofItsThread) {
      this.ofItsThread = ofItsThread;
    }

    @Override
    public boolean isOpen() {
      return isOpen;
    }

    @Override
    public void close() {
      isOpen = false;
      ofItsThread.remove(this);
    }
  }

  @Override
  public void close() {}

  private PlainTensor make(double[] values, long... shape) {
    return new PlainTensor(shape, values, open.get().peek());
  }

  private PlainTensor zeros(long... shape) {
    return make(new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)], shape);
  }

  private static PlainTensor plain(Tensor tensor) {
    return (PlainTensor) tensor;
  }

  private static double[] of(Tensor tensor) {
    return plain(tensor).values();
  }

  @Override
  public Tensor tensor(double[] values, long... shape) {
    return make(values.clone(), shape);
  }

  @Override
  public Tensor tensor(float[] values, long... shape) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return make(doubles, shape);
  }

  @Override
  public Tensor adopt(INDArray array) {
    return new PlainTensor(array.shape(), array.dup('c').data().asDouble(), null);
  }

  @Override
  public INDArray view(Tensor tensor) {
    Tensor x = tensor.spatial() ? channelsFirst(tensor) : tensor;
    return Nd4j.create(of(x), x.shape(), 'c');
  }

  @Override
  public double[] values(Tensor tensor) {
    return of(tensor).clone();
  }

  @Override
  public float[] floats(Tensor tensor) {
    double[] values = of(tensor);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @Override
  public Tensor channelsLast(Tensor channelsFirst) {
    long[] s = channelsFirst.shape();
    // Cells and channels change places.
    return swapped(channelsFirst, s[1], s[2] * s[3], s[0], s[2], s[3], s[1]);
  }

  @Override
  public Tensor channelsFirst(Tensor channelsLast) {
    long[] s = channelsLast.shape();
    return swapped(channelsLast, s[1] * s[2], s[3], s[0], s[3], s[1], s[2]);
  }

  /** Transposes the matrix {@code [a, b]} that each image is. */
  private Tensor swapped(Tensor x, long a, long b, long... shape) {
    PlainTensor result = zeros(shape);
    double[] to = of(result);
    double[] from = of(x);
    for (int i = 0; i < from.length; i++) {
      long image = i / (a * b);
      to[(int) (image * a * b + i % b * a + i / b % a)] = from[i];
    }
    return result;
  }

  @Override
  public Tensor reshape(Tensor x, long... shape) {
    return new PlainTensor(shape, of(x), plain(x).scope());
  }

  private static int rowSize(Tensor x) {
    return of(x).length / x.rows();
  }

  @Override
  public Tensor gatherRows(Tensor x, int[] rows) {
    long[] shape = x.shape();
    shape[0] = rows.length;
    PlainTensor result = zeros(shape);
    int size = rowSize(x);
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(of(x), rows[r] * size, of(result), r * size, size);
    }
    return result;
  }

  @Override
  public Tensor oneHot(int[] columns, int width) {
    PlainTensor result = zeros(columns.length, width);
    for (int r = 0; r < columns.length; r++) {
      of(result)[r * width + columns[r]] = 1;
    }
    return result;
  }

  /** Each pair of an output cell and an input cell that its window covers. */
  @FunctionalInterface
  private interface Pair {
    /**
     * Visits a pair.
     *
     * @param out the output cell's place among all images' cells
     * @param in the input cell's
     * @param row the row of the window
     * @param column the column of the window
     */
    void at(int out, int in, int row, int column);
  }

  private static void slide(Window w, long images, long height, long width, Pair pair) {
    long top = w.paddingTop(height);
    long left = w.paddingLeft(width);
    int out = 0;
    for (int n = 0; n < images; n++) {
      for (int i = 0; i < w.outputHeight(height); i++) {
        for (int j = 0; j < w.outputWidth(width); j++) {
          for (int row = 0; row < w.kernelHeight(); row++) {
            for (int column = 0; column < w.kernelWidth(); column++) {
              long y = (long) i * w.strideHeight() - top + (long) row * w.dilationHeight();
              long x = (long) j * w.strideWidth() - left + (long) column * w.dilationWidth();
              if (y >= 0 && y < height && x >= 0 && x < width) {
                pair.at(out, (int) ((n * height + y) * width + x), row, column);
              }
            }
          }
          out++;
        }
      }
    }
  }

  /** Zeros of a window's output with so many channels. */
  private PlainTensor output(Tensor x, Window w, long channels) {
    long[] s = x.shape();
    return zeros(s[0], w.outputHeight(s[1]), w.outputWidth(s[2]), channels);
  }

  @Override
  public Tensor convolution(Tensor x, Tensor weights, Tensor bias, Window w) {
    long[] s = x.shape();
    PlainTensor kernel = plain(weights);
    PlainTensor result = output(x, w, kernel.size(0));
    if (bias != null) {
      addVectorInPlace(result, bias);
    }
    slide(
        w,
        s[0],
        s[1],
        s[2],
        (out, in, row, column) -> {
          for (int o = 0; o < kernel.size(0); o++) {
            for (int c = 0; c < kernel.size(1); c++) {
              of(result)[out * kernel.size(0) + o] +=
                  weight(kernel, o, c, row, column) * of(x)[in * kernel.size(1) + c];
            }
          }
        });
    return result;
  }

  @Override
  public Tensor convolutionInputGradient(
      Tensor gradient, Tensor weights, Window w, long height, long width) {
    PlainTensor kernel = plain(weights);
    PlainTensor result = zeros(gradient.rows(), height, width, kernel.size(1));
    slide(
        w,
        gradient.rows(),
        height,
        width,
        (out, in, row, column) -> {
          for (int o = 0; o < kernel.size(0); o++) {
            for (int c = 0; c < kernel.size(1); c++) {
              of(result)[in * kernel.size(1) + c] +=
                  weight(kernel, o, c, row, column) * of(gradient)[out * kernel.size(0) + o];
            }
          }
        });
    return result;
  }

  /** Of {@code [out, in, kH, kW]}. */
  private static double weight(PlainTensor kernel, int out, int in, int row, int column) {
    return kernel
        .values()[((out * kernel.size(1) + in) * kernel.size(2) + row) * kernel.size(3) + column];
  }

  @Override
  public Tensor depthwiseConvolution(Tensor x, Tensor weights, Tensor bias, Window w) {
    long[] s = x.shape();
    PlainTensor kernel = plain(weights);
    int filters = kernel.size(3);
    int channels = kernel.size(2) * filters;
    PlainTensor result = output(x, w, channels);
    if (bias != null) {
      addVectorInPlace(result, bias);
    }
    slide(
        w,
        s[0],
        s[1],
        s[2],
        (out, in, row, column) -> {
          for (int o = 0; o < channels; o++) {
            of(result)[out * channels + o] +=
                of(weights)[(row * kernel.size(1) + column) * channels + o]
                    * of(x)[in * kernel.size(2) + o / filters];
          }
        });
    return result;
  }

  @Override
  public Tensor depthwiseConvolutionInputGradient(
      Tensor gradient, Tensor weights, Window w, long height, long width) {
    PlainTensor kernel = plain(weights);
    int filters = kernel.size(3);
    int channels = kernel.size(2) * filters;
    PlainTensor result = zeros(gradient.rows(), height, width, kernel.size(2));
    slide(
        w,
        gradient.rows(),
        height,
        width,
        (out, in, row, column) -> {
          for (int o = 0; o < channels; o++) {
            of(result)[in * kernel.size(2) + o / filters] +=
                of(weights)[(row * kernel.size(1) + column) * channels + o]
                    * of(gradient)[out * channels + o];
          }
        });
    return result;
  }

  @Override
  public Tensor product(Tensor x, Tensor w, boolean transposed) {
    PlainTensor left = plain(x);
    PlainTensor right = plain(w);
    int columns = right.size(transposed ? 0 : 1);
    PlainTensor result = zeros(left.size(0), columns);
    for (int i = 0; i < left.size(0); i++) {
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < left.size(1); k++) {
          of(result)[i * columns + j] +=
              of(x)[i * left.size(1) + k]
                  * of(w)[transposed ? j * right.size(1) + k : k * columns + j];
        }
      }
    }
    return result;
  }

  @Override
  public Tensor addVectorInPlace(Tensor x, Tensor vector) {
    double[] values = of(x);
    Arrays.setAll(values, i -> values[i] + of(vector)[i % x.channels()]);
    return x;
  }

  @Override
  public Tensor maxPool(Tensor x, Window window) {
    int[] places = maxima(x, window);
    PlainTensor result = output(x, window, x.channels());
    Arrays.setAll(of(result), i -> of(x)[places[i]]);
    return result;
  }

  @Override
  public Tensor maxPoolGradient(Tensor x, Tensor gradient, int[] rows, Window window) {
    Tensor images = gatherRows(x, rows);
    int[] places = maxima(images, window);
    PlainTensor result = zeros(images.shape());
    for (int i = 0; i < places.length; i++) {
      of(result)[places[i]] += of(gradient)[i];
    }
    return result;
  }

  /** For each number of the output, the place of the window's first maximum. */
  private static int[] maxima(Tensor x, Window w) {
    long[] s = x.shape();
    int channels = x.channels();
    int[] places = new int[(int) (s[0] * w.outputHeight(s[1]) * w.outputWidth(s[2]) * channels)];
    Arrays.fill(places, -1);
    slide(
        w,
        s[0],
        s[1],
        s[2],
        (out, in, row, column) -> {
          for (int c = 0; c < channels; c++) {
            int place = places[out * channels + c];
            if (place < 0 || of(x)[in * channels + c] > of(x)[place]) {
              places[out * channels + c] = in * channels + c;
            }
          }
        });
    return places;
  }

  /** For each cell of the output, what the sum over its window is divided by. */
  private static double[] divisors(
      Window w, long images, long height, long width, boolean countPadding) {
    double[] counts = new double[(int) (images * w.outputHeight(height) * w.outputWidth(width))];
    slide(w, images, height, width, (out, in, row, column) -> counts[out]++);
    if (countPadding) {
      Arrays.fill(counts, w.kernelHeight() * w.kernelWidth());
    }
    return counts;
  }

  @Override
  public Tensor averagePool(Tensor x, Window window, boolean countPadding) {
    long[] s = x.shape();
    int channels = x.channels();
    double[] divisors = divisors(window, s[0], s[1], s[2], countPadding);
    PlainTensor result = output(x, window, channels);
    slide(
        window,
        s[0],
        s[1],
        s[2],
        (out, in, row, column) -> {
          for (int c = 0; c < channels; c++) {
            of(result)[out * channels + c] += of(x)[in * channels + c] / divisors[out];
          }
        });
    return result;
  }

  @Override
  public Tensor averagePoolGradient(
      Tensor gradient, Window window, boolean countPadding, long height, long width) {
    int channels = gradient.channels();
    double[] divisors = divisors(window, gradient.rows(), height, width, countPadding);
    PlainTensor result = zeros(gradient.rows(), height, width, channels);
    slide(
        window,
        gradient.rows(),
        height,
        width,
        (out, in, row, column) -> {
          for (int c = 0; c < channels; c++) {
            of(result)[in * channels + c] += of(gradient)[out * channels + c] / divisors[out];
          }
        });
    return result;
  }

  @Override
  public Tensor spatialMean(Tensor x) {
    long[] s = x.shape();
    return reshape(averagePool(x, Window.whole(s[1], s[2]), false), s[0], s[3]);
  }

  @Override
  public Tensor spread(Tensor x, long height, long width, double factor) {
    int channels = x.channels();
    int size = (int) (height * width * channels);
    PlainTensor result = zeros(x.rows(), height, width, channels);
    Arrays.setAll(of(result), i -> factor * of(x)[i / size * channels + i % channels]);
    return result;
  }

  @Override
  public Tensor weightedChannelSum(Tensor x, Tensor weights, int[] rows) {
    Tensor images = gatherRows(x, rows);
    long[] s = images.shape();
    return channelSum(multiply(images, spread(weights, s[1], s[2], 1), identity(rows.length)));
  }

  private static int[] identity(int count) {
    int[] rows = new int[count];
    Arrays.setAll(rows, r -> r);
    return rows;
  }

  @Override
  public Tensor channelSum(Tensor x) {
    long[] shape = x.shape();
    int channels = x.channels();
    shape[shape.length - 1] = 1;
    PlainTensor result = zeros(shape);
    for (int i = 0; i < of(x).length; i++) {
      of(result)[i / channels] += of(x)[i];
    }
    return result;
  }

  @Override
  public Tensor localResponseNormalization(
      Tensor x, int depth, double k, double alpha, double beta) {
    double[] s = neighbourhoods(x, depth, k, alpha);
    return make(indexed(s.length, i -> of(x)[i] / Math.pow(s[i], beta)), x.shape());
  }

  /** {@code k + alpha} times the sum of squares over neighbouring channels. */
  private static double[] neighbourhoods(Tensor x, int depth, double k, double alpha) {
    double[] squares = indexed(of(x).length, i -> of(x)[i] * of(x)[i]);
    double[] sums = sumOfNeighbours(squares, x.channels(), depth);
    return indexed(sums.length, i -> k + alpha * sums[i]);
  }

  private static double[] sumOfNeighbours(double[] values, int channels, int depth) {
    double[] sums = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      for (int d = -(depth / 2); d <= depth / 2; d++) {
        int c = i % channels + d;
        sums[i] += c >= 0 && c < channels ? values[i + d] : 0;
      }
    }
    return sums;
  }

  @FunctionalInterface
  private interface Indexed {
    double at(int i);
  }

  private static double[] indexed(int length, Indexed value) {
    double[] values = new double[length];
    Arrays.setAll(values, value::at);
    return values;
  }

  @Override
  public Tensor localResponseNormalizationGradient(
      Tensor x, Tensor gradient, int[] rows, int depth, double k, double alpha, double beta) {
    Tensor images = gatherRows(x, rows);
    double[] a = of(images);
    double[] g = of(gradient);
    double[] s = neighbourhoods(images, depth, k, alpha);
    double[] shares = indexed(a.length, i -> g[i] * a[i] * Math.pow(s[i], -beta - 1));
    double[] sums = sumOfNeighbours(shares, x.channels(), depth);
    return make(
        indexed(a.length, i -> g[i] * Math.pow(s[i], -beta) - 2 * alpha * beta * a[i] * sums[i]),
        images.shape());
  }

  @Override
  public Tensor batchNormalization(Tensor x, Normalization by) {
    int channels = x.channels();
    return make(
        indexed(
            of(x).length,
            i -> {
              int c = i % channels;
              double deviation = Math.sqrt(of(by.variance())[c] + by.epsilon());
              double standard = (of(x)[i] - of(by.mean())[c]) / deviation;
              return of(by.gamma())[c] * standard + of(by.beta())[c];
            }),
        x.shape());
  }

  @Override
  public Tensor varianceOfLog10Deviation(Tensor x) {
    return map(x, v -> Math.pow(10, 2 * v));
  }

  @Override
  public Tensor relu(Tensor x) {
    return map(x, v -> Math.max(v, 0));
  }

  @Override
  public Tensor reluInPlace(Tensor x) {
    double[] values = of(x);
    Arrays.setAll(values, i -> Math.max(values[i], 0));
    return x;
  }

  @Override
  public Tensor leakyRelu(Tensor x, double slope) {
    return map(x, v -> v > 0 ? v : slope * v);
  }

  @Override
  public Tensor map(Tensor x, DoubleUnaryOperator function) {
    return make(Arrays.stream(of(x)).map(function).toArray(), x.shape());
  }

  @Override
  public Tensor sigmoid(Tensor x) {
    return map(x, v -> 1 / (1 + Math.exp(-v)));
  }

  @Override
  public Tensor tanh(Tensor x) {
    return map(x, Math::tanh);
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    return map(x, v -> v * factor);
  }

  @Override
  public Tensor oneWhereZero(Tensor x) {
    return map(x, v -> v == 0 ? 1 : v);
  }

  @Override
  public Tensor softmax(Tensor x) {
    double[] result = new double[of(x).length];
    int size = x.channels();
    for (int from = 0; from < result.length; from += size) {
      double largest = Arrays.stream(of(x), from, from + size).max().orElseThrow();
      double sum = 0;
      for (int i = from; i < from + size; i++) {
        result[i] = Math.exp(of(x)[i] - largest);
        sum += result[i];
      }
      for (int i = from; i < from + size; i++) {
        result[i] /= sum;
      }
    }
    return make(result, x.shape());
  }

  @Override
  public Tensor softmaxGradient(Tensor y, Tensor gradient, int[] rows) {
    double[] p = of(gatherRows(y, rows));
    double[] g = of(gradient);
    double[] result = new double[g.length];
    int size = gradient.channels();
    for (int from = 0; from < result.length; from += size) {
      double sum = 0;
      for (int i = from; i < from + size; i++) {
        sum += p[i] * g[i];
      }
      for (int i = from; i < from + size; i++) {
        result[i] = p[i] * (g[i] - sum);
      }
    }
    return make(result, gradient.shape());
  }

  /** A function of each number of a gradient and of its image. */
  private Tensor byRow(Tensor x, Tensor gradient, int[] rows, DoubleBinaryOperator function) {
    int size = rowSize(gradient);
    return make(
        indexed(
            of(gradient).length,
            i -> function.applyAsDouble(of(x)[rows[i / size] * size + i % size], of(gradient)[i])),
        gradient.shape());
  }

  @Override
  public Tensor where(Tensor x, Tensor gradient, int[] rows) {
    return byRow(x, gradient, rows, (v, g) -> v > 0 ? g : 0);
  }

  @Override
  public Tensor multiply(Tensor x, Tensor gradient, int[] rows) {
    return byRow(x, gradient, rows, (v, g) -> v * g);
  }

  @Override
  public Tensor divide(Tensor gradient, Tensor x, int[] rows) {
    return byRow(x, gradient, rows, (v, g) -> v == 0 ? 0 : g / v);
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return byRow(a, b, identity(a.rows()), Double::sum);
  }

  @Override
  public Tensor addInPlace(Tensor a, Tensor b) {
    double[] values = of(a);
    Arrays.setAll(values, i -> values[i] + of(b)[i]);
    return a;
  }

  @Override
  public Tensor subtract(Tensor a, Tensor b) {
    return byRow(a, b, identity(a.rows()), (x, y) -> x - y);
  }

  @Override
  public Tensor concatenate(Tensor... parts) {
    long[] shape = parts[0].shape();
    int channels = Arrays.stream(parts).mapToInt(Tensor::channels).sum();
    shape[shape.length - 1] = channels;
    PlainTensor result = zeros(shape);
    int before = 0;
    for (Tensor part : parts) {
      for (int i = 0; i < of(part).length; i++) {
        int cell = i / part.channels();
        of(result)[cell * channels + before + i % part.channels()] = of(part)[i];
      }
      before += part.channels();
    }
    return result;
  }

  @Override
  public Tensor channels(Tensor x, int from, int count) {
    long[] shape = x.shape();
    shape[shape.length - 1] = count;
    PlainTensor result = zeros(shape);
    Arrays.setAll(of(result), i -> of(x)[i / count * x.channels() + from + i % count]);
    return result;
  }

  @Override
  public Tensor stack(Tensor... parts) {
    long[] shape = parts[0].shape();
    shape[0] = Arrays.stream(parts).mapToLong(Tensor::rows).sum();
    return make(
        Arrays.stream(parts).flatMapToDouble(part -> Arrays.stream(of(part))).toArray(), shape);
  }

  @Override
  public Tensor spaceToDepth(Tensor x, int block) {
    long[] s = x.shape();
    PlainTensor result = zeros(s[0], s[1] / block, s[2] / block, s[3] * block * block);
    for (int i = 0; i < of(x).length; i++) {
      of(result)[inBlocks(i, s, block)] = of(x)[i];
    }
    return result;
  }

  @Override
  public Tensor depthToSpace(Tensor x, int block) {
    long[] s = x.shape();
    PlainTensor result = zeros(s[0], s[1] * block, s[2] * block, s[3] / ((long) block * block));
    for (int i = 0; i < of(x).length; i++) {
      of(result)[i] = of(x)[inBlocks(i, result.shape(), block)];
    }
    return result;
  }

  /** The place among blocks of the number that has place i in {@code [N, H, W, C]}. */
  private static int inBlocks(int i, long[] shape, int block) {
    int channels = (int) shape[3];
    int width = (int) shape[2];
    int column = i / channels % width;
    // Over all images, whose heights are whole blocks.
    int row = i / channels / width;
    int place = (row % block * block + column % block) * channels + i % channels;
    return ((row / block) * (width / block) + column / block) * channels * block * block + place;
  }

  /** Each cell of a rectangle of rows {@code from} to {@code to - 1} of the first axis. */
  @FunctionalInterface
  private interface Cell {
    /** Visits a cell by its place in the rectangle and its place in the whole. */
    void at(int part, int whole);
  }

  private static void rectangle(
      PlainTensor whole,
      int from,
      int to,
      long top,
      long left,
      long height,
      long width,
      Cell cell) {
    int part = 0;
    for (int n = from; n < to; n++) {
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          long row = (long) n * whole.size(1) + top + i;
          cell.at(part++, (int) (row * whole.size(2) + left + j));
        }
      }
    }
  }

  @Override
  public Tensor embed(
      Tensor x, long top, long left, long channel, long height, long width, long depth) {
    PlainTensor part = plain(x);
    PlainTensor result = zeros(x.rows(), height, width, depth);
    int channels = x.channels();
    rectangle(
        result,
        0,
        x.rows(),
        top,
        left,
        part.size(1),
        part.size(2),
        (from, to) ->
            System.arraycopy(
                of(x), from * channels, of(result), (int) (to * depth + channel), channels));
    return result;
  }

  @Override
  public Tensor crop(Tensor x, long top, long left, long height, long width) {
    PlainTensor result = zeros(x.rows(), height, width, x.channels());
    int channels = x.channels();
    rectangle(
        plain(x),
        0,
        x.rows(),
        top,
        left,
        height,
        width,
        (to, from) ->
            System.arraycopy(of(x), from * channels, of(result), to * channels, channels));
    return result;
  }

  @Override
  public Tensor windows(
      Tensor x,
      int image,
      Tensor parts,
      Places partsAt,
      Places at,
      long height,
      long width,
      double outside) {
    int count = at.tops().length;
    int channels = x.channels();
    double[] values = new double[(int) (count * height * width * channels)];
    int i = 0;
    for (int r = 0; r < count; r++) {
      for (int row = at.tops()[r]; row < at.tops()[r] + height; row++) {
        for (int column = at.lefts()[r]; column < at.lefts()[r] + width; column++) {
          for (int c = 0; c < channels; c++) {
            double own = cell(x, image, row, column, c, outside);
            values[i++] =
                parts == null
                    ? own
                    : cell(parts, r, row - partsAt.tops()[r], column - partsAt.lefts()[r], c, own);
          }
        }
      }
    }
    return make(values, count, height, width, channels);
  }

  private static boolean inside(Tensor x, int row, int column) {
    long[] shape = x.shape();
    return row >= 0 && row < shape[1] && column >= 0 && column < shape[2];
  }

  private static double cell(
      Tensor x, int image, int row, int column, int channel, double outside) {
    long[] shape = x.shape();
    return inside(x, row, column)
        ? of(x)[(int) (((image * shape[1] + row) * shape[2] + column) * shape[3] + channel)]
        : outside;
  }

  @Override
  public void clearRectangle(Tensor x, int row, long top, long left, long height, long width) {
    int channels = x.channels();
    rectangle(
        plain(x),
        row,
        row + 1,
        top,
        left,
        height,
        width,
        (part, cell) -> Arrays.fill(of(x), cell * channels, (cell + 1) * channels, 0));
  }

  @Override
  public void clearChannel(Tensor x, int row, int channel) {
    PlainTensor whole = plain(x);
    rectangle(
        whole,
        row,
        row + 1,
        0,
        0,
        whole.size(1),
        whole.size(2),
        (part, cell) -> of(x)[cell * x.channels() + channel] = 0);
  }

  @Override
  public Tensor multiplyPlanes(Tensor x, Tensor planes, int[] rows) {
    Tensor images = gatherRows(x, rows);
    int channels = x.channels();
    return make(
        indexed(of(images).length, i -> of(images)[i] * of(planes)[i / channels]), images.shape());
  }
}
