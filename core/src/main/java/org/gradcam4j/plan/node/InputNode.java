package org.gradcam4j.plan.node;

import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/** Where the image enters. */
public record InputNode() implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    throw new IllegalStateException("the input's shape comes from outside");
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    throw new IllegalStateException("the input comes from outside");
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of();
  }
}
