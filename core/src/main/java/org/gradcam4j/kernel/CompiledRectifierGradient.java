package org.gradcam4j.kernel;

import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code g} where {@code x > 0}, else 0, for so many numbers, ready to run. */
final class CompiledRectifierGradient {
  private final OneDnn library;
  private final OneDnnPrimitive operation;
  private final stream queue;
  private final memory x;
  private final memory gradient;
  private final memory result;

  CompiledRectifierGradient(OneDnn library, long length) {
    this.library = library;
    queue = new stream(library.cpu());
    memory.desc numbers = new memory.desc(new long[] {length}, OneDnn.FLOAT, memory.format_tag.a);
    eltwise_forward.primitive_desc forward =
        new eltwise_forward.primitive_desc(
            new eltwise_forward.desc(
                dnnl.prop_kind.forward_training, dnnl.algorithm.eltwise_relu, numbers, 0, 0),
            library.cpu());
    eltwise_backward.primitive_desc description =
        new eltwise_backward.primitive_desc(
            new eltwise_backward.desc(dnnl.algorithm.eltwise_relu, numbers, numbers, 0, 0),
            OneDnnPrimitive.attributes(),
            library.cpu(),
            forward);
    x = library.view(numbers);
    gradient = library.view(numbers);
    result = library.view(numbers);
    operation =
        new OneDnnPrimitive(library, new eltwise_backward(description), description)
            .with(dnnl.DNNL_ARG_SRC, x)
            .with(dnnl.DNNL_ARG_DIFF_DST, gradient)
            .with(dnnl.DNNL_ARG_DIFF_SRC, result);
  }

  void run(INDArray from, INDArray g, INDArray to) {
    x.set_data_handle(OneDnn.address(from));
    gradient.set_data_handle(OneDnn.address(g));
    result.set_data_handle(OneDnn.address(to));
    library.run(operation, queue);
  }
}
