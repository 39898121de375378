package org.gradcam4j.benchmarks.kernel;

import java.util.List;
import org.gradcam4j.kernel.Window;

/**
 * A pooling of one of the networks.
 *
 * @param layer the network's id and the layer's name
 * @param size rows and columns of its input
 * @param channels channels
 * @param kernel rows and columns of its window
 * @param stride pixels from one window to the next
 * @param padding pixels on every side
 */
public record PoolingShape(
    String layer, int size, int channels, int kernel, int stride, int padding) {
  /** The first of each network, which is its largest, and VGG-16's second. */
  public static final List<PoolingShape> ALL =
      List.of(
          new PoolingShape("vgg16:pool1", 224, 64, 2, 2, 0),
          new PoolingShape("vgg16:pool2", 112, 128, 2, 2, 0),
          new PoolingShape("alexnet:pool1", 55, 96, 3, 2, 0),
          new PoolingShape("resnet50:maxpool", 112, 64, 3, 2, 1));

  static PoolingShape of(String layer) {
    return ALL.stream()
        .filter(shape -> shape.layer().equals(layer))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no pooling " + layer));
  }

  Window window() {
    return Window.square(kernel, stride, padding);
  }

  int outputSize() {
    return Math.toIntExact(window().outputHeight(size));
  }

  /** Bytes of input and output. */
  public double bytes() {
    return Float.BYTES
        * (KernelState.size(size, size, channels)
            + KernelState.size(outputSize(), outputSize(), channels));
  }

  @Override
  public String toString() {
    return "%s (%dx%d / %d, %d at %d)".formatted(layer, kernel, kernel, stride, channels, size);
  }
}
