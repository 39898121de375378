package org.gradcam4j.plan.node;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * The largest of its inputs, number by number; the gradient goes to it, the first of equals, under
 * every rule.
 */
public record MaximumNode() implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return Broadcast.shape("a maximum", inputs);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    List<Tensor> terms = Broadcast.expand(kernels, inputs);
    int[] images = IntStream.range(0, inputs.get(0).rows()).toArray();
    Tensor maximum = terms.get(0);
    for (Tensor x : terms.subList(1, terms.size())) {
      // One of the two at each place, and no difference added back: that would lose digits.
      Tensor excess = kernels.subtract(x, maximum);
      Tensor kept = kernels.subtract(maximum, kernels.where(excess, maximum, images));
      maximum = kernels.add(kept, kernels.where(excess, x, images));
    }
    return maximum;
  }

  @Override
  public Window reach() {
    return Window.cell();
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    Kernels kernels = visit.kernels();
    List<Tensor> gradients = new ArrayList<>();
    Tensor left = visit.gradient();
    List<Tensor> inputs = Broadcast.expand(kernels, visit.inputs());
    for (int i = 0; i < inputs.size(); i++) {
      // What later inputs exceed is not this one's.
      Tensor own = left;
      for (Tensor later : inputs.subList(i + 1, inputs.size())) {
        Tensor excess = kernels.subtract(later, inputs.get(i));
        own = kernels.subtract(own, kernels.where(excess, own, visit.rows()));
      }
      left = kernels.subtract(left, own);
      gradients.add(Broadcast.sum(kernels, own, visit.inputs().get(i).shape()));
    }
    return gradients;
  }
}
