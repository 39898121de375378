package org.gradcam4j.plan.node;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/** The sum of its inputs, as at the end of a residual block. */
public record AddNode() implements LinearNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    for (long[] input : inputs) {
      if (!Arrays.equals(input, inputs.get(0))) {
        throw Shapes.mismatch("a sum with " + Arrays.toString(inputs.get(0)), input);
      }
    }
    return inputs.get(0);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    return addRest(kernels, kernels.add(inputs.get(0), inputs.get(1)), inputs, 2);
  }

  @Override
  public boolean worksInPlace() {
    return true;
  }

  @Override
  public Tensor forwardInPlace(Kernels kernels, List<Tensor> inputs) {
    return addRest(kernels, inputs.get(0), inputs, 1);
  }

  private static Tensor addRest(Kernels kernels, Tensor sum, List<Tensor> inputs, int from) {
    Tensor result = sum;
    for (Tensor input : inputs.subList(from, inputs.size())) {
      result = kernels.addInPlace(result, input);
    }
    return result;
  }

  @Override
  public List<Tensor> transpose(Visit visit) {
    return Collections.nCopies(visit.inputs().size(), visit.gradient());
  }
}
