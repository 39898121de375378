package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;

/**
 * Mean of each window.
 *
 * @param window the sliding window
 * @param countPadding whether cells of the padding count in the divisor
 */
public record AveragePoolNode(Window window, boolean countPadding) implements LinearNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    return MaxPoolNode.pooled(window, inputs.get(0));
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.averagePool(inputs.get(0), window, countPadding);
  }

  @Override
  public Window reach() {
    // At the edge of an image the divisor differs, unless padding counts or there is none.
    boolean alike =
        countPadding || !window.same() && window.paddingHeight() == 0 && window.paddingWidth() == 0;
    return alike ? window : null;
  }

  @Override
  public Node unpadded() {
    return new AveragePoolNode(window.unpadded(), countPadding);
  }

  @Override
  public List<Tensor> transpose(Visit visit) {
    long[] in = visit.input().shape();
    return List.of(
        visit.kernels().averagePoolGradient(visit.gradient(), window, countPadding, in[1], in[2]));
  }
}
