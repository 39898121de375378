package org.gradcam4j.plan.node;

import java.util.List;
import java.util.stream.IntStream;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * One of the parts that were stacked along the axis of images.
 *
 * @param part which, from 0
 * @param parts how many there are
 */
public record UnstackNode(int part, int parts) implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return inputs.get(0);
  }

  @Override
  public int multiplicity(List<Integer> inputs) {
    if (inputs.get(0) % parts != 0) {
      throw new IllegalArgumentException(
          "one of " + parts + " parts of what was stacked " + inputs.get(0) + " times");
    }
    return inputs.get(0) / parts;
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int rows = x.rows() / parts;
    return kernels.gatherRows(x, IntStream.range(part * rows, (part + 1) * rows).toArray());
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    Kernels kernels = visit.kernels();
    Tensor[] all = new Tensor[parts];
    Tensor zero = kernels.scale(visit.gradient(), 0);
    for (int i = 0; i < parts; i++) {
      all[i] = i == part ? visit.gradient() : zero;
    }
    return List.of(kernels.stack(all));
  }
}
