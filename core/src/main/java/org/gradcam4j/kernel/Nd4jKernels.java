package org.gradcam4j.kernel;

import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.scalar.LeakyReLU;
import org.nd4j.linalg.api.ops.impl.scalar.Pow;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Kernels by ND4J's operations in the layout that reaches oneDNN at its best, channels last.
 *
 * <p>Scopes are ND4J workspaces that are taken from a pool: as many as were open at once, each as
 * large as the largest of its uses. The last that was given back is lent first, so that of scopes
 * within scopes each is taken for the same part again and need not grow to the largest of all.
 */
public class Nd4jKernels implements Kernels {
  /** ND4J's argument for {@code [N, H, W, C]}. */
  private static final int CHANNELS_LAST = 1;

  private static final AtomicLong WORKSPACES = new AtomicLong();
  private static final WorkspaceConfiguration REUSED_BLOCK =
      WorkspaceConfiguration.builder()
          .policyAllocation(AllocationPolicy.STRICT)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyReset(ResetPolicy.BLOCK_LEFT)
          .policySpill(SpillPolicy.REALLOCATE)
          .build();

  private final DataType type;
  private final Deque<MemoryWorkspace> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /** Kernels whose new tensors have this type, which is that of the network's parameters. */
  public Nd4jKernels(DataType type) {
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "network parameters of type " + type + ": expected FLOAT or DOUBLE");
    }
    this.type = type;
  }

  @Override
  public Scope open() {
    MemoryWorkspace pooled = idle.poll();
    MemoryWorkspace workspace = pooled != null ? pooled : newWorkspace();
    workspace.notifyScopeEntered();
    return new WorkspaceScope(workspace, Thread.currentThread());
  }

  private static MemoryWorkspace newWorkspace() {
    MemoryWorkspace workspace =
        Nd4j.getWorkspaceManager()
            .createNewWorkspace(REUSED_BLOCK, "gradcam4j-" + WORKSPACES.incrementAndGet());
    // Still empty, it stays usable; but it is no longer listed as this thread's, to which it would
    // look open when the pool has lent it to another: Deeplearning4j's output() then refuses.
    Nd4j.getWorkspaceManager().destroyWorkspace(workspace);
    return workspace;
  }

  private final class WorkspaceScope implements Scope {
    private final MemoryWorkspace workspace;
    private final Thread owner;
    private boolean open = true;

    WorkspaceScope(MemoryWorkspace workspace, Thread owner) {
      this.workspace = workspace;
      this.owner = owner;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      if (!open) {
        return;
      }
      if (Thread.currentThread() != owner) {
        throw new IllegalStateException(
            "a scope opened by thread " + owner.getName() + " must be closed by it");
      }
      open = false;
      workspace.notifyScopeLeft();
      idle.push(workspace);
      if (closed) {
        freeIdle();
      }
    }
  }

  @Override
  public long reusable() {
    return idle.stream().mapToLong(MemoryWorkspace::getCurrentSize).sum();
  }

  @Override
  public void close() {
    closed = true;
    freeIdle();
  }

  private void freeIdle() {
    for (MemoryWorkspace workspace = idle.poll(); workspace != null; workspace = idle.poll()) {
      workspace.destroyWorkspace(true);
    }
  }

  @Override
  public Tensor tensor(double[] values, long... shape) {
    INDArray result = make(shape);
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      assert outside != null;
      try (INDArray copy = Nd4j.create(values, shape, 'c')) {
        result.assign(copy);
      }
    }
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor adopt(INDArray array) {
    return new Nd4jTensor(array);
  }

  @Override
  public INDArray view(Tensor tensor) {
    return ((Nd4jTensor) tensor).channelsFirstView();
  }

  @Override
  public double[] values(Tensor tensor) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      assert outside != null;
      try (INDArray copy = array(tensor).dup('c')) {
        return copy.data().asDouble();
      }
    }
  }

  @Override
  public float[] floats(Tensor tensor) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      assert outside != null;
      try (INDArray copy = array(tensor).dup('c')) {
        return copy.data().asFloat();
      }
    }
  }

  @Override
  public Tensor channelsLast(Tensor channelsFirst) {
    return permuted(array(channelsFirst), 0, 2, 3, 1);
  }

  @Override
  public Tensor channelsFirst(Tensor channelsLast) {
    return permuted(array(channelsLast), 0, 3, 1, 2);
  }

  private Tensor permuted(INDArray x, int... axes) {
    INDArray view = x.permute(axes);
    INDArray result = make(view.shape());
    result.assign(view);
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor reshape(Tensor x, long... shape) {
    return new Nd4jTensor(array(x).reshape('c', shape));
  }

  @Override
  public Tensor gatherRows(Tensor x, int[] rows) {
    INDArray source = array(x);
    long[] shape = source.shape().clone();
    shape[0] = rows.length;
    INDArray result = make(shape);
    for (int r = 0; r < rows.length; r++) {
      Nd4jTensor.rows(result, r, 1).assign(Nd4jTensor.rows(source, rows[r], 1));
    }
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor oneHot(int[] columns, int width) {
    INDArray result = make(columns.length, width);
    result.assign(0);
    for (int r = 0; r < columns.length; r++) {
      result.putScalar(r, columns[r], 1);
    }
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor convolution(Tensor x, Tensor weights, Tensor bias, Window w) {
    INDArray input = array(x);
    INDArray kernel = undilated(array(weights), w);
    INDArray result =
        make(
            input.size(0),
            w.outputHeight(input.size(1)),
            w.outputWidth(input.size(2)),
            kernel.size(0));
    INDArray[] inputs =
        bias == null ? new INDArray[] {input, kernel} : new INDArray[] {input, kernel, array(bias)};
    return run("conv2d", result, convolutionArguments(w), inputs);
  }

  @Override
  public Tensor convolutionInputGradient(
      Tensor gradient, Tensor weights, Window w, long height, long width) {
    INDArray g = array(gradient);
    INDArray kernel = undilated(array(weights), w);
    long n = g.size(0);
    long depth = kernel.size(1);
    // What the transposed convolution covers before the padding is cut off.
    long fullHeight = (g.size(1) - 1) * w.strideHeight() + w.effectiveHeight();
    long fullWidth = (g.size(2) - 1) * w.strideWidth() + w.effectiveWidth();
    boolean symmetric =
        !w.same()
            && fullHeight - 2L * w.paddingHeight() == height
            && fullWidth - 2L * w.paddingWidth() == width;
    if (symmetric) {
      return run("deconv2d", make(n, height, width, depth), convolutionArguments(w), g, kernel);
    }
    INDArray full = make(n, fullHeight, fullWidth, depth);
    run("deconv2d", full, convolutionArguments(w.unpadded()), g, kernel);
    // The image's part of it; pixels that no window reached get no gradient.
    long top = w.paddingTop(height);
    long left = w.paddingLeft(width);
    long rows = Math.min(height, fullHeight - top);
    long columns = Math.min(width, fullWidth - left);
    Tensor part = crop(new Nd4jTensor(full), top, left, rows, columns);
    return rows == height && columns == width ? part : embed(part, 0, 0, 0, height, width, depth);
  }

  /**
   * A dilated kernel with its holes filled by zeros: ND4J's call of oneDNN miscounts the padding of
   * dilated convolutions and fails.
   */
  private INDArray undilated(INDArray weights, Window w) {
    if (w.dilationHeight() == 1 && w.dilationWidth() == 1) {
      return weights;
    }
    INDArray result =
        make(weights.size(0), weights.size(1), w.effectiveHeight(), w.effectiveWidth());
    result.assign(0);
    long[] steps = {1, 1, w.dilationHeight(), w.dilationWidth()};
    Nd4jTensor.view(result, new long[4], weights.shape(), steps).assign(weights);
    return result;
  }

  @Override
  public Tensor depthwiseConvolution(Tensor x, Tensor weights, Tensor bias, Window w) {
    INDArray input = array(x);
    INDArray kernel = array(weights);
    INDArray result =
        make(
            input.size(0),
            w.outputHeight(input.size(1)),
            w.outputWidth(input.size(2)),
            kernel.size(2) * kernel.size(3));
    INDArray[] inputs =
        bias == null ? new INDArray[] {input, kernel} : new INDArray[] {input, kernel, array(bias)};
    return run("depthwise_conv2d", result, depthwiseArguments(w), inputs);
  }

  @Override
  public Tensor depthwiseConvolutionInputGradient(
      Tensor gradient, Tensor weights, Window w, long height, long width) {
    INDArray g = array(gradient);
    INDArray kernel = array(weights);
    INDArray result = make(g.size(0), height, width, kernel.size(2));
    // The operation wants the input for the weights' gradient, which nobody reads here.
    INDArray input = make(result.shape());
    input.assign(0);
    Nd4j.exec(
        DynamicCustomOp.builder("depthwise_conv2d_bp")
            .addInputs(input, kernel, g)
            .addOutputs(result, make(kernel.shape()))
            .addIntegerArguments(depthwiseArguments(w))
            .build());
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor product(Tensor x, Tensor w, boolean transposed) {
    INDArray weights = array(w);
    INDArray result = make(x.rows(), weights.size(transposed ? 0 : 1));
    return run("matmul", result, new int[] {0, transposed ? 1 : 0, 0}, array(x), weights);
  }

  @Override
  public Tensor addVectorInPlace(Tensor x, Tensor vector) {
    return run("biasadd", array(x), new int[0], array(x), flat(vector));
  }

  @Override
  public Tensor maxPool(Tensor x, Window window) {
    return run("maxpool2d", pooled(x, window), poolArguments(window, 0), array(x));
  }

  @Override
  public Tensor maxPoolGradient(Tensor x, Tensor gradient, int[] rows, Window window) {
    return byRow(
        array(x),
        array(gradient),
        rows,
        array(x),
        (input, g, result) -> run("maxpool2d_bp", result, poolArguments(window, 0), input, g));
  }

  @Override
  public Tensor averagePool(Tensor x, Window window, boolean countPadding) {
    return run(
        "avgpool2d", pooled(x, window), poolArguments(window, countPadding ? 1 : 0), array(x));
  }

  @Override
  public Tensor averagePoolGradient(
      Tensor gradient, Window window, boolean countPadding, long height, long width) {
    INDArray g = array(gradient);
    INDArray result = make(g.size(0), height, width, g.size(3));
    // The operation reads only the sizes of its first argument.
    return run("avgpool2d_bp", result, poolArguments(window, countPadding ? 1 : 0), result, g);
  }

  @Override
  public Tensor spatialMean(Tensor x) {
    INDArray input = array(x);
    long cells = input.size(1) * input.size(2);
    // As a product: the reduction over inner axes is ten times slower.
    INDArray weights = make(1, 1, cells);
    weights.assign(1.0 / cells);
    INDArray result = make(input.size(0), 1, input.size(3));
    for (int n = 0; n < input.size(0); n++) {
      run(
          "matmul",
          Nd4jTensor.rows(result, n, 1).reshape('c', 1, input.size(3)),
          new int[] {0, 0, 0},
          weights.reshape('c', 1, cells),
          Nd4jTensor.rows(input, n, 1).reshape('c', cells, input.size(3)));
    }
    return new Nd4jTensor(result.reshape('c', input.size(0), input.size(3)));
  }

  @Override
  public Tensor spread(Tensor x, long height, long width, double factor) {
    INDArray input = array(x);
    // As a product: broadcasting is ten times slower.
    INDArray weights = make(1, height * width, 1);
    weights.assign(factor);
    INDArray result = make(input.size(0), height, width, input.size(1));
    for (int n = 0; n < input.size(0); n++) {
      run(
          "matmul",
          Nd4jTensor.rows(result, n, 1).reshape('c', height * width, input.size(1)),
          new int[] {0, 0, 0},
          weights.reshape('c', height * width, 1),
          Nd4jTensor.rows(input, n, 1));
    }
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor weightedChannelSum(Tensor x, Tensor weights, int[] rows) {
    INDArray input = array(x);
    long cells = input.size(1) * input.size(2);
    INDArray result = make(rows.length, input.size(1), input.size(2), 1);
    for (int r = 0; r < rows.length; r++) {
      run(
          "matmul",
          Nd4jTensor.rows(result, r, 1).reshape('c', cells, 1),
          new int[] {0, 0, 0},
          Nd4jTensor.rows(input, rows[r], 1).reshape('c', cells, input.size(3)),
          Nd4jTensor.rows(array(weights), r, 1).reshape('c', input.size(3), 1));
    }
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor localResponseNormalization(
      Tensor x, int depth, double k, double alpha, double beta) {
    if (type == DataType.DOUBLE) {
      // The operation reads its numbers in single precision.
      Tensor scale = scales(neighbourhoods(x, depth, k, alpha), beta);
      return multiply(x, scale, IntStream.range(0, x.rows()).toArray());
    }
    INDArray result = make(x.shape());
    Nd4j.exec(
        DynamicCustomOp.builder("lrn")
            .addInputs(array(x))
            .addOutputs(result)
            .addIntegerArguments(depth / 2)
            .addFloatingPointArguments(k, alpha, beta)
            .build());
    return new Nd4jTensor(result);
  }

  /**
   * With {@code s = k + alpha sum x'^2}: {@code g s^-beta - 2 alpha beta x sum(g' x'
   * s'^(-beta-1))}. ND4J's {@code lrn_bp} is not this derivative. Sums over neighbouring channels
   * are products with a band matrix.
   */
  @Override
  public Tensor localResponseNormalizationGradient(
      Tensor x, Tensor gradient, int[] rows, int depth, double k, double alpha, double beta) {
    int[] images = IntStream.range(0, x.rows()).toArray();
    Tensor s = neighbourhoods(x, depth, k, alpha);
    Tensor scale = scales(s, beta);
    Tensor ratio = divide(multiply(x, scale, images), s, images);
    Tensor spread = sumNeighbours(multiply(ratio, gradient, rows), band(x.channels(), depth / 2));
    return subtract(
        multiply(scale, gradient, rows), scale(multiply(x, spread, rows), 2 * alpha * beta));
  }

  /** {@code k + alpha} times the sum of squares over neighbouring channels. */
  private Tensor neighbourhoods(Tensor x, int depth, double k, double alpha) {
    Tensor squares = multiply(x, x, IntStream.range(0, x.rows()).toArray());
    INDArray s = array(sumNeighbours(squares, band(x.channels(), depth / 2)));
    s.muli(alpha).addi(k);
    return new Nd4jTensor(s);
  }

  /** {@code s^-beta}. */
  private Tensor scales(Tensor s, double beta) {
    INDArray power = make(s.shape());
    Nd4j.exec(new Pow(array(s), power, -beta));
    return new Nd4jTensor(power);
  }

  private Tensor sumNeighbours(Tensor x, Tensor band) {
    long[] shape = x.shape();
    long channels = x.channels();
    Tensor cells = reshape(x, shape[0] * shape[1] * shape[2], channels);
    return reshape(product(cells, band, false), shape);
  }

  /** {@code [channels, channels]}: 1 within the radius of the diagonal, else 0. */
  private Tensor band(int channels, int radius) {
    double[] values = new double[channels * channels];
    for (int i = 0; i < channels; i++) {
      for (int j = Math.max(0, i - radius); j <= Math.min(channels - 1, i + radius); j++) {
        values[i * channels + j] = 1;
      }
    }
    return tensor(values, channels, channels);
  }

  @Override
  public Tensor batchNormalization(Tensor x, Normalization by) {
    INDArray result = make(x.shape());
    Nd4j.exec(
        DynamicCustomOp.builder("batchnorm")
            .addInputs(
                array(x), flat(by.mean()), flat(by.variance()), flat(by.gamma()), flat(by.beta()))
            .addOutputs(result)
            .addIntegerArguments(1, 1, x.shape().length - 1)
            .addFloatingPointArguments(by.epsilon())
            .build());
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor varianceOfLog10Deviation(Tensor x) {
    INDArray result = make(x.shape());
    Nd4j.exec(new Exp(array(scale(x, 2 * Math.log(10))), result));
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor relu(Tensor x) {
    return relu(array(x), like(array(x)));
  }

  @Override
  public Tensor reluInPlace(Tensor x) {
    return relu(array(x), array(x));
  }

  private static Tensor relu(INDArray x, INDArray result) {
    Nd4j.exec(
        DynamicCustomOp.builder("relu")
            .addInputs(x)
            .addOutputs(result)
            .addFloatingPointArguments(0.0)
            .build());
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor leakyRelu(Tensor x, double slope) {
    INDArray result = make(x.shape());
    Nd4j.exec(new LeakyReLU(array(x), result, slope));
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor map(Tensor x, DoubleUnaryOperator function) {
    INDArray result = make(x.shape());
    result.assign(array(x));
    Pointer address = host(result);
    long length = result.length();
    if (type == DataType.FLOAT) {
      FloatPointer values = new FloatPointer(address);
      inChunks(
          length,
          (from, to) -> {
            for (long i = from; i < to; i++) {
              values.put(i, (float) function.applyAsDouble(values.get(i)));
            }
          });
    } else {
      DoublePointer values = new DoublePointer(address);
      inChunks(
          length,
          (from, to) -> {
            for (long i = from; i < to; i++) {
              values.put(i, function.applyAsDouble(values.get(i)));
            }
          });
    }
    wroteHost(result);
    return new Nd4jTensor(result);
  }

  /**
   * Where Java reads and writes an array's numbers: the machine's memory, even if ND4J's is a GPU.
   */
  private static Pointer host(INDArray array) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    return array.data().addressPointer();
  }

  /** To be called after Java wrote there. */
  private static void wroteHost(INDArray array) {
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }

  private interface Chunk {
    void run(long from, long to);
  }

  private static void inChunks(long length, Chunk chunk) {
    long size = 1 << 15;
    LongStream.range(0, (length + size - 1) / size)
        .parallel()
        .forEach(i -> chunk.run(i * size, Math.min(length, (i + 1) * size)));
  }

  @Override
  public Tensor where(Tensor x, Tensor gradient, int[] rows) {
    return byRow(
        array(x),
        array(gradient),
        rows,
        array(gradient),
        (input, g, result) -> run("relu_bp", result, new int[0], input, g));
  }

  /** 1 where x > 0, else 0. */
  private Tensor step(Tensor x) {
    INDArray result = make(x.shape());
    Nd4j.exec(new Step(array(x), result));
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor sigmoid(Tensor x) {
    return run("sigmoid", make(x.shape()), new int[0], array(x));
  }

  @Override
  public Tensor tanh(Tensor x) {
    return run("tanh", make(x.shape()), new int[0], array(x));
  }

  @Override
  public Tensor softmax(Tensor x) {
    return run("softmax", make(x.shape()), new int[] {x.shape().length - 1}, array(x));
  }

  @Override
  public Tensor softmaxGradient(Tensor y, Tensor gradient, int[] rows) {
    INDArray p = array(gatherRows(y, rows));
    INDArray g = array(gradient);
    INDArray product = make(g.shape());
    run("multiply", product, new int[0], p, g);
    INDArray result = make(g.shape());
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      assert outside != null;
      int last = g.rank() - 1;
      result.assign(product.sub(p.mul(product.sum(true, last).broadcast(p.shape()))));
    }
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return run("add", make(a.shape()), new int[0], array(a), array(b));
  }

  @Override
  public Tensor addInPlace(Tensor a, Tensor b) {
    return run("add", array(a), new int[0], array(a), array(b));
  }

  @Override
  public Tensor subtract(Tensor a, Tensor b) {
    return run("subtract", make(a.shape()), new int[0], array(a), array(b));
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    INDArray result = like(array(x));
    array(x).muli(factor, result);
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor multiply(Tensor x, Tensor gradient, int[] rows) {
    return byRow(
        array(x),
        array(gradient),
        rows,
        array(gradient),
        (input, g, result) -> run("multiply", result, new int[0], input, g));
  }

  @Override
  public Tensor divide(Tensor gradient, Tensor x, int[] rows) {
    // divide_no_nan: 0 where the divisor is 0.
    return byRow(
        array(x),
        array(gradient),
        rows,
        array(gradient),
        (input, g, result) -> run("divide_no_nan", result, new int[0], g, input));
  }

  @Override
  public Tensor concatenate(Tensor... parts) {
    long[] shape = parts[0].shape();
    int last = shape.length - 1;
    shape[last] = Arrays.stream(parts).mapToLong(Tensor::channels).sum();
    INDArray[] arrays = Arrays.stream(parts).map(Nd4jKernels::array).toArray(INDArray[]::new);
    return run("concat", make(shape), new int[] {last}, arrays);
  }

  @Override
  public Tensor stack(Tensor... parts) {
    long[] shape = parts[0].shape();
    shape[0] = Arrays.stream(parts).mapToLong(Tensor::rows).sum();
    INDArray[] arrays = Arrays.stream(parts).map(Nd4jKernels::array).toArray(INDArray[]::new);
    return run("concat", make(shape), new int[] {0}, arrays);
  }

  @Override
  public Tensor spaceToDepth(Tensor x, int block) {
    long[] in = x.shape();
    INDArray result = make(in[0], in[1] / block, in[2] / block, in[3] * block * block);
    return run("space_to_depth", result, new int[] {block, CHANNELS_LAST}, array(x));
  }

  @Override
  public Tensor depthToSpace(Tensor x, int block) {
    long[] in = x.shape();
    INDArray result = make(in[0], in[1] * block, in[2] * block, in[3] / ((long) block * block));
    return run("depth_to_space", result, new int[] {block, CHANNELS_LAST}, array(x));
  }

  @Override
  public Tensor channels(Tensor x, int from, int count) {
    long[] shape = x.shape();
    long[] start = new long[shape.length];
    shape[shape.length - 1] = count;
    start[shape.length - 1] = from;
    INDArray result = make(shape);
    result.assign(part(array(x), start, shape));
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor embed(
      Tensor x, long top, long left, long channel, long height, long width, long depth) {
    INDArray input = array(x);
    INDArray result = make(input.size(0), height, width, depth);
    result.assign(0);
    part(result, new long[] {0, top, left, channel}, input.shape()).assign(input);
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor crop(Tensor x, long top, long left, long height, long width) {
    INDArray input = array(x);
    long[] shape = {input.size(0), height, width, input.size(3)};
    INDArray result = make(shape);
    result.assign(part(input, new long[] {0, top, left, 0}, shape));
    return new Nd4jTensor(result);
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
    INDArray from = contiguous(Nd4jTensor.rows(array(x), image, 1));
    INDArray over = parts == null ? null : contiguous(array(parts));
    int count = at.tops().length;
    INDArray result = make(count, height, width, from.size(3));
    boolean standsOut =
        IntStream.range(0, count)
            .anyMatch(
                r ->
                    at.tops()[r] < 0
                        || at.lefts()[r] < 0
                        || at.tops()[r] + height > from.size(1)
                        || at.lefts()[r] + width > from.size(2));
    if (standsOut) {
      result.assign(outside);
    }
    // Row by row as bytes: copies of views by the library are many times slower.
    Rectangles image0 = new Rectangles(from);
    Rectangles parts0 = over == null ? null : new Rectangles(over);
    Rectangles windows = new Rectangles(result);
    IntStream.range(0, count)
        .parallel()
        .forEach(
            r -> {
              int top = at.tops()[r];
              int left = at.lefts()[r];
              image0.copyTo(windows, 0, -top, -left, r);
              if (parts0 != null) {
                parts0.copyTo(windows, r, partsAt.tops()[r] - top, partsAt.lefts()[r] - left, r);
              }
            });
    wroteHost(result);
    return new Nd4jTensor(result);
  }

  /** Images {@code [N, H, W, C]} side by side in memory. */
  private static final class Rectangles {
    private final Pointer memory;
    private final long height;
    private final long width;
    private final long cell;

    Rectangles(INDArray images) {
      this.memory = host(images);
      this.height = images.size(1);
      this.width = images.size(2);
      this.cell = images.size(3) * images.data().getElementSize();
    }

    /** Copies what of an image lies in another, where its corner is at the given place there. */
    void copyTo(Rectangles target, int image, long top, long left, int targetImage) {
      long fromRow = Math.max(0, top);
      long toRow = Math.min(target.height, top + height);
      long fromColumn = Math.max(0, left);
      long toColumn = Math.min(target.width, left + width);
      if (fromRow >= toRow || fromColumn >= toColumn) {
        return;
      }
      BytePointer to = new BytePointer(target.memory);
      BytePointer from = new BytePointer(memory);
      boolean wholeRows = fromColumn == 0 && toColumn == target.width && width == target.width;
      long rows = wholeRows ? toRow - fromRow : 1;
      for (long row = fromRow; row < toRow; row += rows) {
        to.position(((targetImage * target.height + row) * target.width + fromColumn) * cell);
        from.position(((image * height + row - top) * width + fromColumn - left) * cell);
        Pointer.memcpy(to, from, rows * (toColumn - fromColumn) * cell);
      }
    }
  }

  /** The array, or a copy that lies in memory in the order of its axes. */
  static INDArray contiguous(INDArray x) {
    return isContiguous(x) ? x : x.dup('c');
  }

  static boolean isContiguous(INDArray x) {
    long expected = 1;
    for (int axis = x.rank() - 1; axis >= 0; axis--) {
      if (x.size(axis) != 1 && x.stride(axis) != expected) {
        return false;
      }
      expected *= x.size(axis);
    }
    return true;
  }

  @Override
  public void clearRectangle(Tensor x, int row, long top, long left, long height, long width) {
    part(array(x), new long[] {row, top, left, 0}, 1, height, width, x.channels()).assign(0);
  }

  @Override
  public Tensor channelSum(Tensor x) {
    long[] shape = x.shape();
    int channels = x.channels();
    INDArray ones = make(channels, 1);
    ones.assign(1);
    // As a product: the reduction over inner axes is ten times slower.
    Tensor cells = reshape(x, shape[0] * shape[1] * shape[2], channels);
    return reshape(product(cells, new Nd4jTensor(ones), false), shape[0], shape[1], shape[2], 1);
  }

  @Override
  public Tensor oneWhereZero(Tensor x) {
    INDArray result = array(add(step(x), step(scale(x, -1))));
    return new Nd4jTensor(result.rsubi(1).addi(array(x)));
  }

  @Override
  public Tensor tensor(float[] values, long... shape) {
    INDArray result = make(shape);
    if (type == DataType.FLOAT) {
      // One copy, where setData() goes number by number.
      new FloatPointer(host(result)).put(values);
      wroteHost(result);
    } else {
      result.data().setData(values);
    }
    return new Nd4jTensor(result);
  }

  @Override
  public Tensor multiplyPlanes(Tensor x, Tensor planes, int[] rows) {
    long[] shape = x.shape();
    shape[0] = rows.length;
    INDArray result = make(shape);
    for (int r = 0; r < rows.length; r++) {
      run(
          "multiply",
          Nd4jTensor.rows(result, r, 1),
          new int[0],
          Nd4jTensor.rows(array(x), rows[r], 1),
          Nd4jTensor.rows(array(planes), r, 1));
    }
    return new Nd4jTensor(result);
  }

  @Override
  public void clearChannel(Tensor x, int row, int channel) {
    long[] shape = x.shape();
    part(array(x), new long[] {row, 0, 0, channel}, 1, shape[1], shape[2], 1).assign(0);
  }

  interface RowOperation {
    void run(INDArray x, INDArray gradient, INDArray result);
  }

  /** Applies an operation to each gradient row and its image, at once where they correspond. */
  final Tensor byRow(
      INDArray x, INDArray gradient, int[] rows, INDArray like, RowOperation operation) {
    long[] shape = like.shape().clone();
    shape[0] = rows.length;
    INDArray result = make(shape);
    if (isIdentity(rows, x.size(0))) {
      operation.run(x, gradient, result);
    } else {
      for (int r = 0; r < rows.length; r++) {
        operation.run(
            Nd4jTensor.rows(x, rows[r], 1),
            Nd4jTensor.rows(gradient, r, 1),
            Nd4jTensor.rows(result, r, 1));
      }
    }
    return new Nd4jTensor(result);
  }

  private static boolean isIdentity(int[] rows, long count) {
    if (rows.length != count) {
      return false;
    }
    for (int r = 0; r < rows.length; r++) {
      if (rows[r] != r) {
        return false;
      }
    }
    return true;
  }

  private static INDArray part(INDArray x, long[] from, long... shape) {
    long[] steps = new long[shape.length];
    Arrays.fill(steps, 1);
    return Nd4jTensor.view(x, from, shape, steps);
  }

  /** In the order of the array's own, which for dense weights is by columns. */
  private INDArray like(INDArray x) {
    return Nd4j.createUninitialized(type, x.shape(), x.ordering());
  }

  final INDArray make(long... shape) {
    return Nd4j.createUninitialized(type, shape, 'c');
  }

  private INDArray pooled(Tensor x, Window window) {
    INDArray input = array(x);
    return make(
        input.size(0),
        window.outputHeight(input.size(1)),
        window.outputWidth(input.size(2)),
        input.size(3));
  }

  /** Arguments for a kernel without holes. */
  private static int[] convolutionArguments(Window w) {
    int weightsOutInHeightWidth = 1;
    return arguments(w.undilated(), CHANNELS_LAST, weightsOutInHeightWidth);
  }

  private static int[] depthwiseArguments(Window w) {
    int weightsHeightWidthInOut = 0;
    return arguments(w, CHANNELS_LAST, weightsHeightWidthInOut);
  }

  private static int[] poolArguments(Window w, int divisor) {
    return arguments(w, divisor, CHANNELS_LAST);
  }

  /** A window, and the two arguments that follow it. */
  private static int[] arguments(Window w, int ninth, int tenth) {
    return new int[] {
      w.kernelHeight(),
      w.kernelWidth(),
      w.strideHeight(),
      w.strideWidth(),
      w.paddingHeight(),
      w.paddingWidth(),
      w.dilationHeight(),
      w.dilationWidth(),
      w.same() ? 1 : 0,
      ninth,
      tenth
    };
  }

  private static Tensor run(String name, INDArray result, int[] arguments, INDArray... inputs) {
    Nd4j.exec(
        DynamicCustomOp.builder(name)
            .addInputs(inputs)
            .addOutputs(result)
            .addIntegerArguments(arguments)
            .build());
    return new Nd4jTensor(result);
  }

  static INDArray flat(Tensor vector) {
    INDArray array = array(vector);
    return array.rank() == 1 ? array : array.reshape(array.length());
  }

  static INDArray array(Tensor tensor) {
    return ((Nd4jTensor) tensor).array();
  }
}
