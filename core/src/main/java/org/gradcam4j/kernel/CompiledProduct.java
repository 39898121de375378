package org.gradcam4j.kernel;

import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A product of matrices of one shape that is ready to run, over weights that stay as they lie. */
final class CompiledProduct {
  private final OneDnn library;
  private final matmul primitive;
  private final stream queue;
  private final IntMemoryMap arguments = new IntMemoryMap();
  private final memory x;
  private final memory weights;
  private final memory result;
  private final memory scratch;
  private final boolean transposed;
  private memory turnedX;
  private memory turnedResult;
  private reorder in;
  private reorder out;

  CompiledProduct(OneDnn library, ProductShape shape) {
    this.library = library;
    queue = new stream(library.cpu());
    transposed = shape.transposed();
    x = library.view(matrix(shape.rows(), shape.in()));
    result = library.view(matrix(shape.rows(), shape.out()));
    memory.desc by = matrix(shape.in(), shape.out(), shape.inStride(), shape.outStride());
    memory.desc turnedBy = matrix(shape.out(), shape.in(), shape.outStride(), shape.inStride());
    weights = library.view(transposed ? turnedBy : by);
    if (transposed) {
      turnedX = library.view(matrix(shape.in(), shape.rows()));
      turnedResult = library.view(matrix(shape.out(), shape.rows()));
      // A copy into a matrix whose columns lie side by side is the transposed one's rows.
      in = new reorder(x, library.view(matrix(shape.rows(), shape.in(), 1, shape.rows())));
      out = new reorder(library.view(matrix(shape.rows(), shape.out(), 1, shape.rows())), result);
      matmul.primitive_desc description = description(turnedBy, turnedX, turnedResult);
      scratch = library.view(description.scratchpad_desc());
      primitive = new matmul(description);
      arguments(weights, turnedX, turnedResult);
    } else {
      matmul.primitive_desc description = description(x.get_desc(), weights, result);
      if (shape.rows() == 1) {
        // One row is a matter of reading the weights, at which oneDNN's second choice is better.
        description.next_impl();
      }
      scratch = library.view(description.scratchpad_desc());
      primitive = new matmul(description);
      arguments(x, weights, result);
    }
  }

  private static memory.desc matrix(long rows, long columns) {
    return matrix(rows, columns, columns, 1);
  }

  private static memory.desc matrix(long rows, long columns, long rowStride, long columnStride) {
    return new memory.desc(
        new long[] {rows, columns}, OneDnn.FLOAT, new long[] {rowStride, columnStride});
  }

  private matmul.primitive_desc description(memory.desc left, memory right, memory product) {
    return new matmul.primitive_desc(
        new matmul.desc(left, right.get_desc(), product.get_desc()),
        OneDnn.attributes(),
        library.cpu());
  }

  private void arguments(memory left, memory right, memory product) {
    arguments.put(dnnl.DNNL_ARG_SRC, left);
    arguments.put(dnnl.DNNL_ARG_WEIGHTS, right);
    arguments.put(dnnl.DNNL_ARG_DST, product);
  }

  void run(INDArray left, INDArray right, INDArray product) {
    x.set_data_handle(OneDnn.address(left));
    weights.set_data_handle(OneDnn.address(right));
    result.set_data_handle(OneDnn.address(product));
    if (!transposed) {
      library.execute(primitive, queue, arguments, scratch);
      return;
    }
    OneDnn.Buffers buffers = library.takeBuffers();
    turnedX.set_data_handle(buffers.first(turnedX.get_desc()));
    turnedResult.set_data_handle(buffers.second(turnedResult.get_desc()));
    in.execute(queue, x, turnedX);
    library.execute(primitive, queue, arguments, scratch);
    out.execute(queue, turnedResult, result);
    queue._wait();
    library.giveBack(buffers);
  }
}
