package org.gradcam4j.kernel;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.lrn_backward;
import org.bytedeco.dnnl.lrn_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of local response normalisation of one shape, ready to run. What oneDNN wants to
 * know of the forward pass is computed again.
 */
final class CompiledLocalResponseGradient {
  /**
   * Images {@code [N, H, W, C]} and the constants of {@code x (k + alpha sum x'^2)^-beta}.
   *
   * @param channels over how many channels the sum goes, an odd number
   */
  record Shape(
      long images,
      long height,
      long width,
      long depth,
      int channels,
      double k,
      double alpha,
      double beta) {}

  private final OneDnn library;
  private final lrn_forward.primitive_desc description;
  private final OneDnnPrimitive forward;
  private final OneDnnPrimitive backward;
  private final stream queue;
  private final memory x;
  private final memory normalized;
  private final memory workspace;
  private final memory gradient;
  private final memory result;

  CompiledLocalResponseGradient(OneDnn library, Shape shape) {
    this.library = library;
    queue = new stream(library.cpu());
    memory.desc images =
        new memory.desc(
            new long[] {shape.images, shape.depth, shape.height, shape.width},
            OneDnn.FLOAT,
            memory.format_tag.nhwc);
    // oneDNN's alpha is that of a mean.
    float alpha = (float) (shape.alpha * shape.channels);
    float beta = (float) shape.beta;
    float k = (float) shape.k;
    dnnl.algorithm across = dnnl.algorithm.lrn_across_channels;
    description =
        new lrn_forward.primitive_desc(
            new lrn_forward.desc(
                dnnl.prop_kind.forward_training, across, images, shape.channels, alpha, beta, k),
            OneDnnPrimitive.attributes(),
            library.cpu());
    lrn_backward.primitive_desc back =
        new lrn_backward.primitive_desc(
            new lrn_backward.desc(across, images, images, shape.channels, alpha, beta, k),
            OneDnnPrimitive.attributes(),
            library.cpu(),
            description);
    x = library.view(images);
    normalized = library.view(images);
    workspace = library.view(description.workspace_desc());
    gradient = library.view(images);
    result = library.view(images);
    forward =
        new OneDnnPrimitive(library, new lrn_forward(description), description)
            .with(dnnl.DNNL_ARG_SRC, x)
            .with(dnnl.DNNL_ARG_DST, normalized)
            .with(dnnl.DNNL_ARG_WORKSPACE, workspace);
    backward =
        new OneDnnPrimitive(library, new lrn_backward(back), back)
            .with(dnnl.DNNL_ARG_SRC, x)
            .with(dnnl.DNNL_ARG_DIFF_DST, gradient)
            .with(dnnl.DNNL_ARG_WORKSPACE, workspace)
            .with(dnnl.DNNL_ARG_DIFF_SRC, result);
  }

  void run(INDArray from, INDArray g, INDArray to) {
    x.set_data_handle(OneDnn.address(from));
    gradient.set_data_handle(OneDnn.address(g));
    result.set_data_handle(OneDnn.address(to));
    OneDnn.Buffers buffers = library.takeBuffers();
    workspace.set_data_handle(buffers.first(description.workspace_desc()));
    normalized.set_data_handle(buffers.second(description.dst_desc()));
    forward.run(queue, buffers);
    backward.run(queue, buffers);
    queue._wait();
    library.giveBack(buffers);
  }
}
