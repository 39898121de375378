package org.gradcam4j.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * oneDNN's library: operations compiled for their shapes, and what they share. Safe for use by many
 * threads.
 */
final class OneDnn {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);

  static final memory.data_type FLOAT = memory.data_type.f32;

  /** Shapes that are kept compiled. */
  private static final int SHAPES = 1024;

  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final Pool<ConvolutionShape, CompiledConvolution> convolutions =
      new Pool<>(shape -> new CompiledConvolution(this, shape));
  private final Pool<ConvolutionShape, CompiledConvolutionGradient> gradients =
      new Pool<>(shape -> new CompiledConvolutionGradient(this, shape));
  private final Pool<ProductShape, CompiledProduct> products =
      new Pool<>(shape -> new CompiledProduct(this, shape));
  private final Pool<Long, CompiledRectifierGradient> rectifierGradients =
      new Pool<>(length -> new CompiledRectifierGradient(this, length));
  private final Pool<CompiledNormalization.Shape, CompiledNormalization> normalizations =
      new Pool<>(shape -> new CompiledNormalization(this, shape));
  private final Pool<CompiledLocalResponseGradient.Shape, CompiledLocalResponseGradient>
      localResponseGradients = new Pool<>(shape -> new CompiledLocalResponseGradient(this, shape));
  private final Queue<Buffers> buffers = new ConcurrentLinkedQueue<>();

  private OneDnn() {}

  private static final class Holder {
    static final Optional<OneDnn> LIBRARY = load();
  }

  /** The library, if this machine has it; looked for once. */
  static Optional<OneDnn> library() {
    return Holder.LIBRARY;
  }

  private static Optional<OneDnn> load() {
    try {
      Loader.load(dnnl.class);
      return Optional.of(new OneDnn());
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      LOG.info(
          "oneDNN's library cannot be loaded, so convolutions go through ND4J at half the speed"
              + " ({}); on Linux it needs libOpenCL.so.1 (Debian: ocl-icd-libopencl1)",
          e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Compiled operations, each used by one thread at a time. They are compiled for a number of
   * native threads and keep to it, whoever runs them.
   */
  private static final class Pool<S, C> {
    private final Map<Key<S>, Queue<C>> idle = new ConcurrentHashMap<>();
    private final Function<S, C> compiler;

    private record Key<S>(S shape, int threads) {}

    Pool(Function<S, C> compiler) {
      this.compiler = compiler;
    }

    /** Has an operation of that shape used. */
    void use(S shape, Consumer<C> call) {
      Key<S> key = new Key<>(shape, NativeThreads.count());
      Queue<C> ready = idle.get(key);
      C compiled = ready == null ? null : ready.poll();
      if (compiled == null) {
        compiled = compiler.apply(shape);
      }
      call.accept(compiled);
      if (idle.size() > SHAPES) {
        idle.clear();
      }
      idle.computeIfAbsent(key, k -> new ConcurrentLinkedQueue<>()).add(compiled);
    }
  }

  /** Memory that a call needs beside its operands, reused by the next. */
  static final class Buffers {
    private final FloatPointer[] pointers = {
      new FloatPointer(0L), new FloatPointer(0L), new FloatPointer(0L)
    };

    Pointer first(memory.desc of) {
      return atLeast(0, of);
    }

    Pointer second(memory.desc of) {
      return atLeast(1, of);
    }

    Pointer scratch(memory.desc of) {
      return atLeast(2, of);
    }

    private Pointer atLeast(int which, memory.desc of) {
      long floats = (of.get_size() + Float.BYTES - 1) / Float.BYTES;
      if (pointers[which].capacity() < floats) {
        pointers[which].deallocate();
        pointers[which] = new FloatPointer(floats);
      }
      return pointers[which];
    }
  }

  engine cpu() {
    return cpu;
  }

  Buffers takeBuffers() {
    Buffers idle = buffers.poll();
    return idle == null ? new Buffers() : idle;
  }

  void giveBack(Buffers used) {
    buffers.add(used);
  }

  /** Runs an operation that needs no memory but scratch. */
  void run(OneDnnPrimitive operation, stream queue) {
    Buffers own = takeBuffers();
    operation.run(queue, own);
    queue._wait();
    giveBack(own);
  }

  /** A view of memory that is given to it call by call. */
  memory view(memory.desc layout) {
    return new memory(layout, cpu, null);
  }

  /** A copy from one layout of memory to another. */
  OneDnnPrimitive copy(memory from, memory to) {
    reorder.primitive_desc description =
        new reorder.primitive_desc(
            cpu, from.get_desc(), cpu, to.get_desc(), OneDnnPrimitive.attributes(), false);
    return new OneDnnPrimitive(this, new reorder(description), description)
        .with(dnnl.DNNL_ARG_FROM, from)
        .with(dnnl.DNNL_ARG_TO, to);
  }

  static Pointer address(INDArray array) {
    return array.data().addressPointer();
  }

  /** Runs a convolution of tensors {@code [N, H, W, C]} that lie in memory in this order. */
  void convolve(
      ConvolutionShape shape,
      INDArray x,
      PackedWeights weights,
      INDArray summand,
      INDArray result) {
    convolutions.use(shape, convolution -> convolution.run(x, weights, summand, result));
  }

  /** The gradient of a convolution of that shape with respect to its input, likewise. */
  void gradient(ConvolutionShape shape, INDArray g, PackedWeights weights, INDArray result) {
    gradients.use(shape, gradient -> gradient.run(g, weights, result));
  }

  /** Runs a product of matrices; the first and the result lie in memory row by row. */
  void multiply(ProductShape shape, INDArray x, INDArray weights, INDArray result) {
    products.use(shape, product -> product.run(x, weights, result));
  }

  /** {@code g} where {@code x > 0}, else 0. */
  void rectifierGradient(INDArray x, INDArray g, INDArray result) {
    rectifierGradients.use(g.length(), gradient -> gradient.run(x, g, result));
  }

  /** The gradient of local response normalisation of tensors {@code [N, H, W, C]}. */
  void localResponseGradient(
      CompiledLocalResponseGradient.Shape shape, INDArray x, INDArray g, INDArray result) {
    localResponseGradients.use(shape, gradient -> gradient.run(x, g, result));
  }

  /** Batch normalisation of a tensor {@code [N, H, W, C]}. */
  void normalize(INDArray x, Normalization by, INDArray result) {
    CompiledNormalization.Shape shape =
        new CompiledNormalization.Shape(x.size(0), x.size(1), x.size(2), x.size(3), by.epsilon());
    normalizations.use(shape, normalization -> normalization.run(x, by, result));
  }

  /** Weights {@code [out, in, kH, kW]} and constants in the form that a convolution wants. */
  PackedWeights.Form pack(float[] weights, long[] shape, float[] constants, memory.desc layout) {
    FloatPointer numbers = new FloatPointer(weights);
    memory plain = new memory(new memory.desc(shape, FLOAT, memory.format_tag.oihw), cpu, numbers);
    memory packed = new memory(layout, cpu);
    stream queue = new stream(cpu);
    run(copy(plain, packed), queue);
    numbers.deallocate();
    memory bias =
        new memory(new memory.desc(new long[] {constants.length}, FLOAT, memory.format_tag.a), cpu);
    new FloatPointer(bias.get_data_handle()).put(constants);
    return new PackedWeights.Form(layout, packed, bias);
  }
}
