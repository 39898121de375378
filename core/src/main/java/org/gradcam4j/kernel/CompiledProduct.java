package org.gradcam4j.kernel;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A product of matrices of one shape that is ready to run, over weights that stay as they lie. */
final class CompiledProduct {
  private final OneDnn library;
  private final OneDnnPrimitive product;
  private final stream queue;
  private final memory x;
  private final memory weights;
  private final memory result;
  private final boolean transposed;
  private memory turnedX;
  private memory turnedResult;
  private OneDnnPrimitive in;
  private OneDnnPrimitive out;
  private memory ownX;
  private memory ownResult;

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
      ownX = library.view(matrix(shape.rows(), shape.in(), 1, shape.rows()));
      ownResult = library.view(matrix(shape.rows(), shape.out(), 1, shape.rows()));
      in = library.copy(x, ownX);
      out = library.copy(ownResult, result);
      product =
          product(description(weights, turnedX, turnedResult), weights, turnedX, turnedResult);
    } else {
      matmul.primitive_desc description = description(x, weights, result);
      if (shape.rows() == 1) {
        // One row is a matter of reading the weights, at which oneDNN's second choice is better.
        description.next_impl();
      }
      product = product(description, x, weights, result);
    }
  }

  private static memory.desc matrix(long rows, long columns) {
    return matrix(rows, columns, columns, 1);
  }

  private static memory.desc matrix(long rows, long columns, long rowStride, long columnStride) {
    return new memory.desc(
        new long[] {rows, columns}, OneDnn.FLOAT, new long[] {rowStride, columnStride});
  }

  private matmul.primitive_desc description(memory left, memory right, memory both) {
    return new matmul.primitive_desc(
        new matmul.desc(left.get_desc(), right.get_desc(), both.get_desc()),
        OneDnnPrimitive.attributes(),
        library.cpu());
  }

  private OneDnnPrimitive product(
      matmul.primitive_desc description, memory left, memory right, memory both) {
    return new OneDnnPrimitive(library, new matmul(description), description)
        .with(dnnl.DNNL_ARG_SRC, left)
        .with(dnnl.DNNL_ARG_WEIGHTS, right)
        .with(dnnl.DNNL_ARG_DST, both);
  }

  void run(INDArray left, INDArray right, INDArray both) {
    x.set_data_handle(OneDnn.address(left));
    weights.set_data_handle(OneDnn.address(right));
    result.set_data_handle(OneDnn.address(both));
    OneDnn.Buffers buffers = library.takeBuffers();
    if (transposed) {
      turnedX.set_data_handle(buffers.first(turnedX.get_desc()));
      ownX.set_data_handle(turnedX.get_data_handle());
      turnedResult.set_data_handle(buffers.second(turnedResult.get_desc()));
      ownResult.set_data_handle(turnedResult.get_data_handle());
      in.run(queue, buffers);
      product.run(queue, buffers);
      out.run(queue, buffers);
    } else {
      product.run(queue, buffers);
    }
    queue._wait();
    library.giveBack(buffers);
  }
}
