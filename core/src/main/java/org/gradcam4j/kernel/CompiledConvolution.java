package org.gradcam4j.kernel;

import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution of one shape that is ready to run: by Winograd's algorithm, whose tensors have
 * blocks of channels and are rearranged before and after, or directly.
 */
final class CompiledConvolution {
  private static final memory.format_tag CHANNELS_LAST = memory.format_tag.nhwc;

  private final OneDnn library;
  private final convolution_forward.primitive_desc description;
  private final OneDnnPrimitive convolution;
  private final stream queue;
  private final memory source;
  private final memory destination;
  private final memory plainSource;
  private final memory plainDestination;
  private final memory summand;
  private final boolean winograd;
  private OneDnnPrimitive in;
  private OneDnnPrimitive out;
  private OneDnnPrimitive sum;
  private PackedWeights.Form form;

  CompiledConvolution(OneDnn library, ConvolutionShape shape) {
    this.library = library;
    queue = new stream(library.cpu());
    memory.desc from = new memory.desc(shape.source(), OneDnn.FLOAT, CHANNELS_LAST);
    memory.desc to = new memory.desc(shape.destination(), OneDnn.FLOAT, CHANNELS_LAST);
    convolution_forward.primitive_desc blocked = shape.mayBeWinograd() ? winograd(shape) : null;
    winograd = blocked != null;
    description = winograd ? blocked : direct(shape, from, to);
    source = library.view(description.src_desc());
    destination = library.view(description.dst_desc());
    summand = shape.summed() ? library.view(to) : null;
    plainSource = winograd ? library.view(from) : source;
    plainDestination = winograd ? library.view(to) : destination;
    convolution =
        new OneDnnPrimitive(library, new convolution_forward(description), description)
            .with(dnnl.DNNL_ARG_SRC, source)
            .with(dnnl.DNNL_ARG_DST, destination);
    if (winograd) {
      in = library.copy(plainSource, source);
      out = library.copy(destination, plainDestination);
      sum = shape.summed() ? library.copy(summand, destination) : null;
    } else if (shape.summed()) {
      convolution.with(dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | dnnl.DNNL_ARG_SRC_1, summand);
    }
  }

  /** Winograd's form, or null if oneDNN has none for the shape. */
  private convolution_forward.primitive_desc winograd(ConvolutionShape shape) {
    memory.desc from = new memory.desc(shape.source(), OneDnn.FLOAT, memory.format_tag.any);
    memory.desc to = new memory.desc(shape.destination(), OneDnn.FLOAT, memory.format_tag.any);
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
    primitive_attr attributes = OneDnnPrimitive.attributes();
    attributes.set_post_ops(after);
    convolution_forward.desc desc =
        new convolution_forward.desc(
            dnnl.prop_kind.forward_inference,
            algorithm,
            from,
            new memory.desc(shape.weights(), OneDnn.FLOAT, memory.format_tag.any),
            new memory.desc(new long[] {shape.out()}, OneDnn.FLOAT, memory.format_tag.a),
            to,
            shape.strides(),
            shape.dilations(),
            shape.paddingBefore(),
            shape.paddingAfter());
    return new convolution_forward.primitive_desc(desc, attributes, library.cpu());
  }

  void run(INDArray x, PackedWeights weights, INDArray added, INDArray result) {
    use(weights.in(library, description.weights_desc()));
    plainSource.set_data_handle(OneDnn.address(x));
    plainDestination.set_data_handle(OneDnn.address(result));
    if (added != null) {
      summand.set_data_handle(OneDnn.address(added));
    }
    OneDnn.Buffers buffers = library.takeBuffers();
    if (winograd) {
      source.set_data_handle(buffers.first(description.src_desc()));
      destination.set_data_handle(buffers.second(description.dst_desc()));
      in.run(queue, buffers);
      if (sum != null) {
        sum.run(queue, buffers);
      }
      convolution.run(queue, buffers);
      out.run(queue, buffers);
    } else {
      convolution.run(queue, buffers);
    }
    queue._wait();
    library.giveBack(buffers);
  }

  private void use(PackedWeights.Form now) {
    if (now != form) {
      form = now;
      convolution.with(dnnl.DNNL_ARG_WEIGHTS, form.weights()).with(dnnl.DNNL_ARG_BIAS, form.bias());
    }
  }
}
