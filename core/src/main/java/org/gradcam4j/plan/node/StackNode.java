package org.gradcam4j.plan.node;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * Stacks its inputs along the axis of images, so that what follows treats them alike: {@code k}
 * inputs of N rows become {@code k N} rows.
 */
public record StackNode() implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    for (long[] input : inputs) {
      if (!java.util.Arrays.equals(input, inputs.get(0))) {
        throw Shapes.mismatch("stacking with " + java.util.Arrays.toString(inputs.get(0)), input);
      }
    }
    return inputs.get(0);
  }

  @Override
  public int multiplicity(List<Integer> inputs) {
    return inputs.stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return kernels.stack(inputs.toArray(Tensor[]::new));
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    int all = visit.inputs().stream().mapToInt(Tensor::rows).sum();
    List<Tensor> gradients = new ArrayList<>();
    int from = 0;
    for (Tensor input : visit.inputs()) {
      // Gradient rows are in the same proportion as the activations'.
      int rows = visit.gradient().rows() * input.rows() / all;
      int[] part = IntStream.range(from, from + rows).toArray();
      gradients.add(visit.kernels().gatherRows(visit.gradient(), part));
      from += rows;
    }
    return gradients;
  }
}
