package org.gradcam4j.kernel;

import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.stream;

/**
 * A compiled operation with its arguments. Its scratch memory is ours: oneDNN's own belongs to the
 * thread that compiled it, and another that runs it would find none.
 */
final class OneDnnPrimitive {
  private final primitive operation;
  private final IntMemoryMap arguments = new IntMemoryMap();
  private final memory scratch;

  OneDnnPrimitive(OneDnn library, primitive operation, primitive_desc_base description) {
    this.operation = operation;
    this.scratch = library.view(description.scratchpad_desc());
    with(dnnl.DNNL_ARG_SCRATCHPAD, scratch);
  }

  /** Attributes that every operation is compiled with. */
  static primitive_attr attributes() {
    primitive_attr attributes = new primitive_attr();
    attributes.set_scratchpad_mode(dnnl.scratchpad_mode.user);
    return attributes;
  }

  /** Sets an argument. */
  OneDnnPrimitive with(int argument, memory value) {
    arguments.put(argument, value);
    return this;
  }

  void run(stream queue, OneDnn.Buffers buffers) {
    scratch.set_data_handle(buffers.scratch(scratch.get_desc()));
    operation.execute(queue, arguments);
  }
}
