package org.gradcam4j.pass;

import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Scope;
import org.gradcam4j.kernel.Tensor;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A layer's activation or gradient, borrowed from a pass. */
public final class LayerView {
  private final String layer;
  private final Tensor tensor;
  private final Kernels kernels;
  private final Scope scope;

  LayerView(String layer, Tensor tensor, Kernels kernels, Scope scope) {
    this.layer = layer;
    this.tensor = tensor;
    this.kernels = kernels;
    this.scope = scope;
  }

  /** The layer's name. */
  public String layer() {
    return layer;
  }

  /**
   * The values for kernels, {@code [N, H, W, C]} or {@code [N, F]}.
   *
   * @throws IllegalStateException after the pass closed
   */
  public Tensor tensor() {
    if (!scope.isOpen()) {
      throw new IllegalStateException(
          "layer '"
              + layer
              + "' was read after its pass closed: copy() inside the listener what you keep");
    }
    return tensor;
  }

  /**
   * The values as a view {@code [N, C, H, W]} (or {@code [N, F]}) in the pass's workspace.
   *
   * @throws IllegalStateException after the pass closed
   */
  public INDArray array() {
    return kernels.view(tensor());
  }

  /** A copy of {@link #array()} that outlives the pass. */
  public INDArray copy() {
    INDArray view = array();
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      assert outside != null;
      return view.dup('c');
    }
  }
}
