package org.gradcam4j.benchmarks.kernel;

import java.util.List;
import org.gradcam4j.benchmarks.roofline.Work;

/**
 * A fully connected layer of one of the networks.
 *
 * @param layer the network's id and the layer's name
 * @param in features of its input
 * @param out features of its output
 */
public record DenseShape(String layer, int in, int out) {
  /** Every shape that occurs in the networks. */
  public static final List<DenseShape> ALL =
      List.of(
          new DenseShape("vgg16:fc6", 25088, 4096),
          new DenseShape("vgg16:fc7", 4096, 4096),
          new DenseShape("vgg16:fc8", 4096, 1000),
          new DenseShape("alexnet:fc6", 9216, 4096),
          new DenseShape("resnet50:fc", 2048, 1000));

  static DenseShape of(String layer) {
    return ALL.stream()
        .filter(shape -> shape.layer().equals(layer))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no fully connected layer " + layer));
  }

  /** The product's operations, or the way of its weights from memory. */
  public Work work(int rows) {
    double weights = KernelState.size(in, out);
    return new Work(2 * weights * rows, Float.BYTES * weights);
  }

  @Override
  public String toString() {
    return "%s (%d to %d)".formatted(layer, in, out);
  }
}
