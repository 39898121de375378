package org.gradcam4j.plan.node;

import java.util.Arrays;
import java.util.List;
import org.gradcam4j.kernel.Epilogue;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;

/** The sum of its inputs, as at the end of a residual block; an axis of size 1 counts for all. */
public record AddNode() implements LinearNode {
  @Override
  public long[] shape(List<long[]> inputs) {
    return Broadcast.shape("a sum", inputs);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    List<Tensor> terms = Broadcast.expand(kernels, inputs);
    return addRest(kernels, kernels.add(terms.get(0), terms.get(1)), terms, 2);
  }

  @Override
  public boolean ownsOutput() {
    return true;
  }

  @Override
  public boolean worksInPlace() {
    return true;
  }

  @Override
  public Tensor forwardInPlace(Kernels kernels, List<Tensor> inputs) {
    List<Tensor> terms = Broadcast.expand(kernels, inputs);
    return addRest(kernels, terms.get(0), terms, 1);
  }

  @Override
  public Epilogue follow(Epilogue epilogue, List<Tensor> others, long[] shape) {
    boolean alike = others.size() == 1 && Arrays.equals(others.get(0).shape(), shape);
    return alike ? epilogue.plus(others.get(0)) : null;
  }

  private static Tensor addRest(Kernels kernels, Tensor sum, List<Tensor> terms, int from) {
    Tensor result = sum;
    for (Tensor term : terms.subList(from, terms.size())) {
      result = kernels.addInPlace(result, term);
    }
    return result;
  }

  @Override
  public Window reach() {
    return Window.cell();
  }

  @Override
  public List<Tensor> transpose(Visit visit) {
    return visit.inputs().stream()
        .map(
            input ->
                Arrays.equals(
                        input.shape(),
                        1,
                        input.shape().length,
                        visit.gradient().shape(),
                        1,
                        visit.gradient().shape().length)
                    ? visit.gradient()
                    : Broadcast.sum(visit.kernels(), visit.gradient(), input.shape()))
        .toList();
  }
}
