package org.gradcam4j.kernel;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * oneDNN's library: compiled convolutions, one for each shape, and the weights' forms. Safe for use
 * by many threads.
 */
final class OneDnn {
  /** Shapes that are kept compiled. */
  private static final int SHAPES = 1024;

  private static final memory.data_type FLOAT = memory.data_type.f32;
  private static final memory.format_tag CHANNELS_LAST = memory.format_tag.nhwc;

  private final engine cpu = new engine(engine.kind.cpu, 0);
  private final Map<ConvolutionShape, Queue<Compiled>> compiled = new ConcurrentHashMap<>();
  private final Queue<Buffers> idle = new ConcurrentLinkedQueue<>();

  private OneDnn() {}

  private static final class Holder {
    static final OneDnn LIBRARY = new OneDnn();
  }

  /**
   * The library.
   *
   * @throws UnsatisfiedLinkError if it does not load on this machine
   */
  static OneDnn load() {
    Loader.load(dnnl.class);
    return Holder.LIBRARY;
  }

  /** Memory that one call needs beside its operands, reused by the next. */
  private static final class Buffers {
    private FloatPointer source = new FloatPointer(0L);
    private FloatPointer destination = new FloatPointer(0L);

    Pointer source(long floats) {
      source = atLeast(source, floats);
      return source;
    }

    Pointer destination(long floats) {
      destination = atLeast(destination, floats);
      return destination;
    }

    private static FloatPointer atLeast(FloatPointer pointer, long floats) {
      if (pointer.capacity() >= floats) {
        return pointer;
      }
      pointer.deallocate();
      return new FloatPointer(floats);
    }
  }

  /** A convolution that is ready to run, by one thread at a time. */
  private final class Compiled {
    private final convolution_forward.primitive_desc description;
    private final convolution_forward primitive;
    private final stream queue = new stream(cpu);
    private final IntMemoryMap arguments = new IntMemoryMap();
    private final memory source;
    private final memory destination;
    private final memory summand;
    private final boolean rearranged;
    private memory plainSource;
    private memory plainDestination;
    private memory plainSummand;
    private reorder in;
    private reorder out;
    private reorder sum;
    private PackedWeights.Form form;

    Compiled(ConvolutionShape shape) {
      memory.desc plainIn = new memory.desc(shape.source(), FLOAT, CHANNELS_LAST);
      memory.desc plainOut = new memory.desc(shape.destination(), FLOAT, CHANNELS_LAST);
      convolution_forward.primitive_desc winograd = shape.mayBeWinograd() ? winograd(shape) : null;
      description = winograd != null ? winograd : direct(shape, plainIn, plainOut);
      rearranged = winograd != null;
      primitive = new convolution_forward(description);
      source = new memory(description.src_desc(), cpu, null);
      destination = new memory(description.dst_desc(), cpu, null);
      if (rearranged) {
        plainSource = new memory(plainIn, cpu, null);
        plainDestination = new memory(plainOut, cpu, null);
        in = new reorder(plainSource, source);
        out = new reorder(destination, plainDestination);
        if (shape.summed()) {
          plainSummand = new memory(plainOut, cpu, null);
          sum = new reorder(plainSummand, destination);
        }
      }
      summand = shape.summed() && !rearranged ? new memory(plainOut, cpu, null) : null;
    }

    /** Winograd's form, whose tensors have blocks of channels, or null if oneDNN has none. */
    private convolution_forward.primitive_desc winograd(ConvolutionShape shape) {
      memory.desc from = new memory.desc(shape.source(), FLOAT, memory.format_tag.any);
      memory.desc to = new memory.desc(shape.destination(), FLOAT, memory.format_tag.any);
      post_ops after = new post_ops();
      if (shape.summed()) {
        // The destination holds the summand.
        after.append_sum();
      }
      try {
        return describe(dnnl.algorithm.convolution_winograd, shape, from, to, after);
      } catch (RuntimeException unsupported) {
        return null;
      }
    }

    private convolution_forward.primitive_desc direct(
        ConvolutionShape shape, memory.desc from, memory.desc to) {
      post_ops after = new post_ops();
      if (shape.summed()) {
        after.append_binary(dnnl.algorithm.binary_add, to);
      }
      return describe(dnnl.algorithm.convolution_direct, shape, from, to, after);
    }

    private convolution_forward.primitive_desc describe(
        dnnl.algorithm algorithm,
        ConvolutionShape shape,
        memory.desc from,
        memory.desc to,
        post_ops after) {
      if (shape.rectified()) {
        after.append_eltwise(1f, dnnl.algorithm.eltwise_relu, 0f, 0f);
      }
      primitive_attr attributes = new primitive_attr();
      attributes.set_post_ops(after);
      memory.desc any = new memory.desc(shape.weights(), FLOAT, memory.format_tag.any);
      memory.desc bias = new memory.desc(new long[] {shape.out()}, FLOAT, memory.format_tag.a);
      convolution_forward.desc desc =
          new convolution_forward.desc(
              dnnl.prop_kind.forward_inference,
              algorithm,
              from,
              any,
              bias,
              to,
              shape.strides(),
              shape.dilations(),
              shape.paddingBefore(),
              shape.paddingAfter());
      return new convolution_forward.primitive_desc(desc, attributes, cpu);
    }

    void run(INDArray x, PackedWeights packed, INDArray added, INDArray result) {
      PackedWeights.Form now = packed.in(OneDnn.this, description.weights_desc());
      if (now != form) {
        form = now;
        arguments.put(dnnl.DNNL_ARG_WEIGHTS, form.weights());
        arguments.put(dnnl.DNNL_ARG_BIAS, form.bias());
        arguments.put(dnnl.DNNL_ARG_SRC, source);
        arguments.put(dnnl.DNNL_ARG_DST, destination);
        if (summand != null) {
          arguments.put(dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | dnnl.DNNL_ARG_SRC_1, summand);
        }
      }
      if (!rearranged) {
        source.set_data_handle(address(x));
        destination.set_data_handle(address(result));
        if (added != null) {
          summand.set_data_handle(address(added));
        }
        primitive.execute(queue, arguments);
        queue._wait();
        return;
      }
      Buffers buffers = idle.poll();
      if (buffers == null) {
        buffers = new Buffers();
      }
      source.set_data_handle(buffers.source(description.src_desc().get_size() / Float.BYTES));
      destination.set_data_handle(
          buffers.destination(description.dst_desc().get_size() / Float.BYTES));
      plainSource.set_data_handle(address(x));
      plainDestination.set_data_handle(address(result));
      in.execute(queue, plainSource, source);
      if (added != null) {
        plainSummand.set_data_handle(address(added));
        sum.execute(queue, plainSummand, destination);
      }
      primitive.execute(queue, arguments);
      out.execute(queue, destination, plainDestination);
      queue._wait();
      idle.add(buffers);
    }
  }

  private static Pointer address(INDArray array) {
    return array.data().addressPointer();
  }

  /** Runs a convolution of tensors {@code [N, H, W, C]} that lie in memory in this order. */
  void convolve(
      ConvolutionShape shape,
      INDArray x,
      PackedWeights weights,
      INDArray summand,
      INDArray result) {
    if (compiled.size() > SHAPES) {
      compiled.clear();
    }
    Queue<Compiled> ready = compiled.computeIfAbsent(shape, s -> new ConcurrentLinkedQueue<>());
    Compiled convolution = ready.poll();
    if (convolution == null) {
      convolution = new Compiled(shape);
    }
    convolution.run(x, weights, summand, result);
    ready.add(convolution);
  }

  /** Weights {@code [out, in, kH, kW]} and constants in the form that a convolution wants. */
  PackedWeights.Form pack(float[] weights, long[] shape, float[] constants, memory.desc layout) {
    FloatPointer numbers = new FloatPointer(weights);
    memory plain = new memory(new memory.desc(shape, FLOAT, memory.format_tag.oihw), cpu, numbers);
    memory packed = new memory(layout, cpu);
    stream queue = new stream(cpu);
    new reorder(plain, packed).execute(queue, plain, packed);
    queue._wait();
    numbers.deallocate();
    memory bias =
        new memory(new memory.desc(new long[] {constants.length}, FLOAT, memory.format_tag.a), cpu);
    new FloatPointer(bias.get_data_handle()).put(constants);
    return new PackedWeights.Form(layout, packed, bias);
  }
}
