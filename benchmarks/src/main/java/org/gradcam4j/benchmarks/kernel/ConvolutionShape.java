package org.gradcam4j.benchmarks.kernel;

import java.util.List;
import org.gradcam4j.benchmarks.roofline.Work;
import org.gradcam4j.kernel.Window;

/**
 * A convolution of one of the networks, square in image and kernel.
 *
 * @param layer the network's id and the layer's name, of several alike the first
 * @param size rows and columns of its input
 * @param in channels of its input
 * @param out channels of its output
 * @param kernel rows and columns of its kernel
 * @param stride pixels from one window to the next
 * @param padding zeros on every side
 */
public record ConvolutionShape(
    String layer, int size, int in, int out, int kernel, int stride, int padding) {

  /** Every shape that occurs in the networks; AlexNet's second, fourth and fifth are halves. */
  public static final List<ConvolutionShape> ALL =
      List.of(
          new ConvolutionShape("vgg16:conv1_1", 224, 3, 64, 3, 1, 1),
          new ConvolutionShape("vgg16:conv1_2", 224, 64, 64, 3, 1, 1),
          new ConvolutionShape("vgg16:conv2_1", 112, 64, 128, 3, 1, 1),
          new ConvolutionShape("vgg16:conv2_2", 112, 128, 128, 3, 1, 1),
          new ConvolutionShape("vgg16:conv3_1", 56, 128, 256, 3, 1, 1),
          new ConvolutionShape("vgg16:conv3_2", 56, 256, 256, 3, 1, 1),
          new ConvolutionShape("vgg16:conv4_1", 28, 256, 512, 3, 1, 1),
          new ConvolutionShape("vgg16:conv4_2", 28, 512, 512, 3, 1, 1),
          new ConvolutionShape("vgg16:conv5_1", 14, 512, 512, 3, 1, 1),
          new ConvolutionShape("alexnet:conv1", 227, 3, 96, 11, 4, 0),
          new ConvolutionShape("alexnet:conv2_a", 27, 48, 128, 5, 1, 2),
          new ConvolutionShape("alexnet:conv3", 13, 256, 384, 3, 1, 1),
          new ConvolutionShape("alexnet:conv4_a", 13, 192, 192, 3, 1, 1),
          new ConvolutionShape("alexnet:conv5_a", 13, 192, 128, 3, 1, 1),
          new ConvolutionShape("alexnet-torchvision:features.0", 224, 3, 64, 11, 4, 2),
          new ConvolutionShape("alexnet-torchvision:features.3", 27, 64, 192, 5, 1, 2),
          new ConvolutionShape("alexnet-torchvision:features.6", 13, 192, 384, 3, 1, 1),
          new ConvolutionShape("alexnet-torchvision:features.8", 13, 384, 256, 3, 1, 1),
          new ConvolutionShape("alexnet-torchvision:features.10", 13, 256, 256, 3, 1, 1),
          new ConvolutionShape("resnet50:conv1", 224, 3, 64, 7, 2, 3),
          new ConvolutionShape("resnet50:layer1.0.conv1", 56, 64, 64, 1, 1, 0),
          new ConvolutionShape("resnet50:layer1.0.conv2", 56, 64, 64, 3, 1, 1),
          new ConvolutionShape("resnet50:layer1.0.conv3", 56, 64, 256, 1, 1, 0),
          new ConvolutionShape("resnet50:layer1.1.conv1", 56, 256, 64, 1, 1, 0),
          new ConvolutionShape("resnet50:layer2.0.conv1", 56, 256, 128, 1, 1, 0),
          new ConvolutionShape("resnet50:layer2.0.conv2", 56, 128, 128, 3, 2, 1),
          new ConvolutionShape("resnet50:layer2.0.conv3", 28, 128, 512, 1, 1, 0),
          new ConvolutionShape("resnet50:layer2.0.downsample.0", 56, 256, 512, 1, 2, 0),
          new ConvolutionShape("resnet50:layer2.1.conv1", 28, 512, 128, 1, 1, 0),
          new ConvolutionShape("resnet50:layer2.1.conv2", 28, 128, 128, 3, 1, 1),
          new ConvolutionShape("resnet50:layer3.0.conv1", 28, 512, 256, 1, 1, 0),
          new ConvolutionShape("resnet50:layer3.0.conv2", 28, 256, 256, 3, 2, 1),
          new ConvolutionShape("resnet50:layer3.0.conv3", 14, 256, 1024, 1, 1, 0),
          new ConvolutionShape("resnet50:layer3.0.downsample.0", 28, 512, 1024, 1, 2, 0),
          new ConvolutionShape("resnet50:layer3.1.conv1", 14, 1024, 256, 1, 1, 0),
          new ConvolutionShape("resnet50:layer3.1.conv2", 14, 256, 256, 3, 1, 1),
          new ConvolutionShape("resnet50:layer4.0.conv1", 14, 1024, 512, 1, 1, 0),
          new ConvolutionShape("resnet50:layer4.0.conv2", 14, 512, 512, 3, 2, 1),
          new ConvolutionShape("resnet50:layer4.0.conv3", 7, 512, 2048, 1, 1, 0),
          new ConvolutionShape("resnet50:layer4.0.downsample.0", 14, 1024, 2048, 1, 2, 0),
          new ConvolutionShape("resnet50:layer4.1.conv1", 7, 2048, 512, 1, 1, 0),
          new ConvolutionShape("resnet50:layer4.1.conv2", 7, 512, 512, 3, 1, 1));

  static ConvolutionShape of(String layer) {
    return ALL.stream()
        .filter(shape -> shape.layer().equals(layer))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no convolution " + layer));
  }

  Window window() {
    return Window.square(kernel, stride, padding);
  }

  int outputSize() {
    return Math.toIntExact(window().outputHeight(size));
  }

  /** The direct sum's operations; tensors may stay in the caches. */
  public Work work() {
    double cells = KernelState.size(outputSize(), outputSize());
    return new Work(2 * cells * KernelState.size(out, in, kernel, kernel), 0);
  }

  @Override
  public String toString() {
    return "%s (%dx%d, %d of %d at %d)".formatted(layer, kernel, kernel, out, in, size)
        + (stride == 1 ? "" : " / " + stride);
  }
}
