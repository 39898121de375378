package org.gradcam4j.image;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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
    if ((long) height * width > Integer.MAX_VALUE / 3) {
      throw new IllegalArgumentException("input size is too large: " + height + "x" + width);
    }
    for (int c = 0; c < 3; c++) {
      if (!Double.isFinite(mean.get(c)) || !(standardDeviation.get(c) > 0)) {
        throw new IllegalArgumentException(
            "expected finite means and standard deviations above 0, got "
                + mean
                + " and "
                + standardDeviation);
      }
    }
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("expected a finite scale, got " + scale);
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

  /**
   * The photo as the network's input, {@code [3, height, width]} in 32-bit floats: resized to 8-bit
   * pixels, then scaled and normalised with float arithmetic as in torchvision. Safe to call from
   * many threads.
   */
  public float[] tensor(Photo photo) {
    float[] tensor = new float[3 * height * width];
    write(photo, tensor, 0);
    return tensor;
  }

  /**
   * Photos as one array {@code [N, 3, height, width]}, FLOAT, outside of any workspace.
   *
   * @throws IllegalArgumentException if there is no photo
   */
  public INDArray batch(List<Photo> photos) {
    if (photos.isEmpty()) {
      throw new IllegalArgumentException("expected at least one photo, got an empty list");
    }
    int size = 3 * height * width;
    float[] values = new float[Math.multiplyExact(photos.size(), size)];
    for (int n = 0; n < photos.size(); n++) {
      write(photos.get(n), values, n * size);
    }
    long[] shape = {photos.size(), 3, height, width};
    MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces();
    try {
      return Nd4j.create(values, shape, DataType.FLOAT);
    } finally {
      outside.close();
    }
  }

  /** A channel's value for a level of 0-255. */
  public double normalized(double level, int channel) {
    return (level * scale - mean.get(channel)) / standardDeviation.get(channel);
  }

  /** The photo as the network sees it, before the normalisation: 8-bit, {@code height x width}. */
  Photo resized(Photo photo) {
    return Photo.of(width, height, resizedPixels(photo), photo.name());
  }

  /**
   * The picture that an input stands for: the inverse of {@link #tensor}, rounded and clipped to 8
   * bits.
   *
   * @param tensor {@code [3, height, width]}
   * @throws IllegalArgumentException if it has another size
   */
  public Photo picture(float[] tensor, String name) {
    int plane = height * width;
    if (tensor.length != 3 * plane) {
      throw new IllegalArgumentException(
          "expected 3x" + height + "x" + width + " values, got " + tensor.length);
    }
    byte[] rgb = new byte[tensor.length];
    for (int c = 0; c < 3; c++) {
      int source = channelOrder == ChannelOrder.RGB ? c : 2 - c;
      for (int i = 0; i < plane; i++) {
        double value = tensor[c * plane + i] * standardDeviation.get(c) + mean.get(c);
        rgb[3 * i + source] = (byte) Math.round(Math.max(0, Math.min(255, value / scale)));
      }
    }
    return Photo.of(width, height, rgb, name);
  }

  /** The way from this photo's pixels to the network's input and back. */
  public PhotoCoordinates coordinates(Photo photo) {
    return new PhotoCoordinates(photo.width(), photo.height(), width, height);
  }

  private byte[] resizedPixels(Photo photo) {
    return Resampler.resize(
        photo.pixels(), photo.width(), photo.height(), width, height, resampling);
  }

  private void write(Photo photo, float[] to, int offset) {
    byte[] rgb = resizedPixels(photo);
    int plane = height * width;
    for (int c = 0; c < 3; c++) {
      float[] value = normalised(c);
      int source = channelOrder == ChannelOrder.RGB ? c : 2 - c;
      int o = offset + c * plane;
      for (int i = 0; i < plane; i++) {
        to[o + i] = value[rgb[3 * i + source] & 0xFF];
      }
    }
  }

  /** Channel c's value for each of the 256 levels. */
  private float[] normalised(int c) {
    float[] value = new float[256];
    for (int level = 0; level < 256; level++) {
      // The product in double rounds to the same float as torchvision's level / 255f.
      float scaled = (float) (level * scale);
      value[level] = (scaled - mean.get(c).floatValue()) / standardDeviation.get(c).floatValue();
    }
    return value;
  }
}
