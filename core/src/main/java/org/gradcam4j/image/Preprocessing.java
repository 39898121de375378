package org.gradcam4j.image;

import java.util.List;

/**
 * What a network expects of its input: one record, which belongs to the network.
 *
 * <p>The whole photo is resized to {@code height x width} without a crop; then, for channel c of a
 * pixel p in 0-255, in the network's channel order,
 *
 * <pre>value[c] = (p * scale - mean[c]) / standardDeviation[c]</pre>
 *
 * @param height rows of the network's input, pixels
 * @param width columns of the network's input, pixels
 * @param channelOrder the order of the tensor's channels, which {@code mean} and {@code
 *     standardDeviation} follow
 * @param scale factor on the 0-255 value: 1 or 1/255
 * @param mean one value a channel, subtracted after scaling
 * @param standardDeviation one value a channel, divided by after the subtraction
 * @param resampling the filter that resizes the photo
 */
public record Preprocessing(
    int height,
    int width,
    ChannelOrder channelOrder,
    double scale,
    List<Double> mean,
    List<Double> standardDeviation,
    Resampling resampling) {

  /** The order of a tensor's three channels. */
  public enum ChannelOrder {
    /** Red first: torchvision. */
    RGB,
    /** Blue first: Caffe. */
    BGR
  }

  /** How a photo is resized. */
  public enum Resampling {
    /**
     * Pillow's {@code BILINEAR}: a triangle filter, widened by the scale when shrinking
     * (antialiased), each pass rounded to 8 bits. What torchvision's weights were evaluated with.
     */
    ANTIALIASED_BILINEAR,
    /** OpenCV's {@code INTER_LINEAR}: two taps an axis, no antialiasing. */
    PLAIN_BILINEAR
  }

  /** Checks the sizes and that there are three means and deviations. */
  public Preprocessing {
    mean = List.copyOf(mean);
    standardDeviation = List.copyOf(standardDeviation);
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "input size must be at least 1x1, got " + height + "x" + width);
    }
    if (mean.size() != 3 || standardDeviation.size() != 3) {
      throw new IllegalArgumentException(
          "expected 3 means and 3 standard deviations, got "
              + mean.size()
              + " and "
              + standardDeviation.size());
    }
  }

  /** torchvision's: RGB, 0-1, mean .485 .456 .406, deviation .229 .224 .225. */
  public static Preprocessing torchvision(int height, int width) {
    return new Preprocessing(
        height,
        width,
        ChannelOrder.RGB,
        1.0 / 255,
        List.of(0.485, 0.456, 0.406),
        List.of(0.229, 0.224, 0.225),
        Resampling.ANTIALIASED_BILINEAR);
  }

  /** Caffe's: BGR, 0-255 minus the given means, which are in BGR order. */
  public static Preprocessing caffe(int height, int width, double b, double g, double r) {
    return new Preprocessing(
        height,
        width,
        ChannelOrder.BGR,
        1.0,
        List.of(b, g, r),
        List.of(1.0, 1.0, 1.0),
        Resampling.ANTIALIASED_BILINEAR);
  }
}
