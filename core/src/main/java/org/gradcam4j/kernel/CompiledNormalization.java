package org.gradcam4j.kernel;

import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch normalisation with given statistics for tensors of one shape, ready to run. */
final class CompiledNormalization {
  private static final int GIVEN_STATISTICS =
      dnnl.normalization_flags.use_global_stats.value
          | dnnl.normalization_flags.use_scale.value
          | dnnl.normalization_flags.use_shift.value;

  private final OneDnn library;
  private final OneDnnPrimitive operation;
  private final stream queue;
  private final memory x;
  private final memory result;
  private final memory gamma;
  private final memory beta;
  private final memory mean;
  private final memory variance;

  CompiledNormalization(OneDnn library, Shape shape) {
    this.library = library;
    queue = new stream(library.cpu());
    memory.desc data =
        new memory.desc(
            new long[] {shape.images(), shape.channels(), shape.height(), shape.width()},
            OneDnn.FLOAT,
            memory.format_tag.nhwc);
    memory.desc vector =
        new memory.desc(new long[] {shape.channels()}, OneDnn.FLOAT, memory.format_tag.a);
    batch_normalization_forward.primitive_desc description =
        new batch_normalization_forward.primitive_desc(
            new batch_normalization_forward.desc(
                dnnl.prop_kind.forward_inference.value,
                data,
                (float) shape.epsilon(),
                GIVEN_STATISTICS),
            OneDnnPrimitive.attributes(),
            library.cpu());
    x = library.view(data);
    result = library.view(data);
    gamma = library.view(vector);
    beta = library.view(vector);
    mean = library.view(vector);
    variance = library.view(vector);
    operation =
        new OneDnnPrimitive(library, new batch_normalization_forward(description), description)
            .with(dnnl.DNNL_ARG_SRC, x)
            .with(dnnl.DNNL_ARG_DST, result)
            .with(dnnl.DNNL_ARG_SCALE, gamma)
            .with(dnnl.DNNL_ARG_SHIFT, beta)
            .with(dnnl.DNNL_ARG_MEAN, mean)
            .with(dnnl.DNNL_ARG_VARIANCE, variance);
  }

  /**
   * Of a tensor {@code [N, H, W, C]}.
   *
   * @param epsilon what is added to the variance
   */
  record Shape(long images, long height, long width, long channels, double epsilon) {}

  void run(INDArray from, Normalization by, INDArray to) {
    x.set_data_handle(OneDnn.address(from));
    result.set_data_handle(OneDnn.address(to));
    gamma.set_data_handle(OneDnn.address(Nd4jKernels.array(by.gamma())));
    beta.set_data_handle(OneDnn.address(Nd4jKernels.array(by.beta())));
    mean.set_data_handle(OneDnn.address(Nd4jKernels.array(by.mean())));
    variance.set_data_handle(OneDnn.address(Nd4jKernels.array(by.variance())));
    library.run(operation, queue);
  }
}
