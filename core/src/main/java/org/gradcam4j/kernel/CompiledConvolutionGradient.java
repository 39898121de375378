package org.gradcam4j.kernel;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of a convolution of one shape with respect to its input, ready to run: for strides,
 * where it is no convolution.
 */
final class CompiledConvolutionGradient {
  private static final memory.format_tag CHANNELS_LAST = memory.format_tag.nhwc;

  private final OneDnn library;
  private final convolution_backward_data.primitive_desc description;
  private final OneDnnPrimitive operation;
  private final stream queue;
  private final memory inputGradient;
  private final memory gradient;

  CompiledConvolutionGradient(OneDnn library, ConvolutionShape shape) {
    this.library = library;
    queue = new stream(library.cpu());
    memory.desc input = new memory.desc(shape.source(), OneDnn.FLOAT, CHANNELS_LAST);
    memory.desc output = new memory.desc(shape.destination(), OneDnn.FLOAT, CHANNELS_LAST);
    memory.desc weights = new memory.desc(shape.weights(), OneDnn.FLOAT, memory.format_tag.any);
    // oneDNN asks for the convolution whose gradient it is.
    convolution_forward.primitive_desc forward =
        new convolution_forward.primitive_desc(
            new convolution_forward.desc(
                dnnl.prop_kind.forward_training,
                dnnl.algorithm.convolution_direct,
                input,
                weights,
                output,
                shape.strides(),
                shape.dilations(),
                shape.paddingBefore(),
                shape.paddingAfter()),
            library.cpu());
    description =
        new convolution_backward_data.primitive_desc(
            new convolution_backward_data.desc(
                dnnl.algorithm.convolution_direct,
                input,
                weights,
                output,
                shape.strides(),
                shape.dilations(),
                shape.paddingBefore(),
                shape.paddingAfter()),
            OneDnnPrimitive.attributes(),
            library.cpu(),
            forward);
    inputGradient = library.view(input);
    gradient = library.view(output);
    operation =
        new OneDnnPrimitive(library, new convolution_backward_data(description), description)
            .with(dnnl.DNNL_ARG_DIFF_DST, gradient)
            .with(dnnl.DNNL_ARG_DIFF_SRC, inputGradient);
  }

  void run(INDArray g, PackedWeights weights, INDArray result) {
    operation.with(
        dnnl.DNNL_ARG_WEIGHTS, weights.in(library, description.weights_desc()).weights());
    gradient.set_data_handle(OneDnn.address(g));
    inputGradient.set_data_handle(OneDnn.address(result));
    library.run(operation, queue);
  }
}
