package org.gradcam4j.benchmarks.roofline;

import java.util.ArrayList;
import java.util.List;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.node.ConvolutionNode;
import org.gradcam4j.plan.node.DenseNode;
import org.gradcam4j.plan.node.WeightedNode;

/**
 * The least that a network's forward pass can take on a machine: for each layer the longer of its
 * multiplications and additions at the peak of a large product and of its parameters' way from
 * memory; activations, which caches may hold, and everything but convolutions and products are
 * free.
 *
 * <p>Multiplications are those of the direct sum. An algorithm that needs fewer, such as
 * Winograd's, can be faster than this.
 */
public final class Roofline {
  private Roofline() {}

  /**
   * The work of each convolution and product.
   *
   * @param height rows of the input
   * @param width columns of the input
   * @param batch images in a batch, which share the parameters
   * @throws IllegalArgumentException for a layer with weights that is neither
   */
  public static List<Work> of(NetworkPlan plan, int height, int width, int batch) {
    List<long[]> shapes = plan.shapes(height, width);
    List<Work> layers = new ArrayList<>();
    for (Step step : plan.steps()) {
      long[] out = shapes.get(step.index());
      if (step.node() instanceof ConvolutionNode convolution) {
        double cells = (double) out[0] * out[1];
        layers.add(work(convolution.weights(), convolution.bias(), cells * batch));
      } else if (step.node() instanceof DenseNode dense) {
        layers.add(work(dense.weights(), dense.bias(), batch));
      } else if (step.node() instanceof WeightedNode) {
        throw new IllegalArgumentException(
            "layer " + step.name() + ": its operations are not counted");
      }
    }
    return layers;
  }

  /** Each weight is multiplied once for each cell of the output and each image. */
  private static Work work(Tensor weights, Tensor bias, double times) {
    double parameters = size(weights) + (bias == null ? 0 : size(bias));
    return new Work(2 * size(weights) * times, Float.BYTES * parameters);
  }

  private static double size(Tensor tensor) {
    double size = 1;
    for (long axis : tensor.shape()) {
      size *= axis;
    }
    return size;
  }

  /** The least time of all layers, one after the other, in milliseconds. */
  public static double milliseconds(List<Work> layers, Peak peak) {
    return layers.stream().mapToDouble(layer -> layer.milliseconds(peak)).sum();
  }
}
