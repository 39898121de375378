package org.gradcam4j.plan.node;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.rule.Rule;

/**
 * The product of its inputs, as where a gate scales channels; an axis of size 1 counts for all.
 * Input i gets the gradient times all other inputs.
 */
public record ProductNode() implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    return Broadcast.shape("a product", inputs);
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    List<Tensor> factors = Broadcast.expand(kernels, inputs);
    int[] images = IntStream.range(0, inputs.get(0).rows()).toArray();
    Tensor product = factors.get(0);
    for (Tensor factor : factors.subList(1, factors.size())) {
      product = kernels.multiply(product, factor, images);
    }
    return product;
  }

  @Override
  public Window reach() {
    return Window.cell();
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    Kernels kernels = visit.kernels();
    List<Tensor> factors = Broadcast.expand(kernels, visit.inputs());
    List<Tensor> gradients = new ArrayList<>();
    for (int i = 0; i < factors.size(); i++) {
      Tensor gradient = visit.gradient();
      for (int j = 0; j < factors.size(); j++) {
        if (j != i) {
          gradient = kernels.multiply(factors.get(j), gradient, visit.rows());
        }
      }
      gradients.add(Broadcast.sum(kernels, gradient, visit.inputs().get(i).shape()));
    }
    return gradients;
  }
}
