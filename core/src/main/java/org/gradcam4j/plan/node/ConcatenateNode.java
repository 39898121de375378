package org.gradcam4j.plan.node;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/** Joins its inputs along channels. */
public record ConcatenateNode() implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] shape = inputs.get(0).clone();
    int last = shape.length - 1;
    shape[last] = 0;
    for (long[] input : inputs) {
      if (!Arrays.equals(
          Arrays.copyOf(input, input.length - 1), Arrays.copyOf(inputs.get(0), last))) {
        throw Shapes.mismatch("joining with " + Arrays.toString(inputs.get(0)), input);
      }
      shape[last] += input[last];
    }
    return shape;
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.concatenate(inputs.toArray(Tensor[]::new));
  }

  @Override
  public boolean ownsOutput() {
    return true;
  }

  @Override
  public Window reach() {
    return Window.cell();
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    List<Tensor> gradients = new ArrayList<>();
    int from = 0;
    for (Tensor input : visit.inputs()) {
      gradients.add(visit.kernels().channels(visit.gradient(), from, input.channels()));
      from += input.channels();
    }
    return gradients;
  }
}
