package org.gradcam4j.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Resizes photos: {@code [height, width, 3]} bytes to {@code [toHeight, toWidth, 3]} bytes, the
 * whole picture without a crop, half-pixel centres.
 */
final class Resampler {
  /** Pillow's Resample.c: eight bits for the pixel, two for the weights' overshoot. */
  private static final int PRECISION_BITS = 32 - 8 - 2;

  private Resampler() {}

  static byte[] resize(
      byte[] rgb,
      int width,
      int height,
      int toWidth,
      int toHeight,
      Preprocessing.Resampling resampling) {
    return switch (resampling) {
      case ANTIALIASED_BILINEAR -> antialiased(rgb, width, height, toWidth, toHeight);
      case PLAIN_BILINEAR -> plain(rgb, width, height, toWidth, toHeight);
    };
  }

  /**
   * Bit for bit Pillow's {@code resize(..., BILINEAR)}. With scale s = from/to and support max(1,
   * s), output x is the mean of the inputs i within the support of its centre (x + 0.5) s, weighted
   * by
   *
   * <pre>max(0, 1 - |i + 0.5 - (x + 0.5) s| / support)</pre>
   *
   * in 22-bit fixed point; rows first, then columns, each pass rounded to 8 bits.
   */
  private static byte[] antialiased(byte[] rgb, int width, int height, int toWidth, int toHeight) {
    byte[] narrowed = rgb;
    if (toWidth != width) {
      narrowed = acrossRows(rgb, width, height, Weights.of(width, toWidth));
    }
    if (toHeight != height) {
      return acrossColumns(narrowed, toWidth, Weights.of(height, toHeight));
    }
    return narrowed == rgb ? rgb.clone() : narrowed;
  }

  private static byte[] acrossRows(byte[] from, int width, int height, Weights weights) {
    int toWidth = weights.first.length;
    byte[] to = new byte[3 * toWidth * height];
    for (int y = 0, o = 0; y < height; y++) {
      int row = 3 * width * y;
      for (int x = 0; x < toWidth; x++, o += 3) {
        int red = 1 << (PRECISION_BITS - 1);
        int green = red;
        int blue = red;
        int i = row + 3 * weights.first[x];
        for (int weight : weights.values[x]) {
          red += (from[i] & 0xFF) * weight;
          green += (from[i + 1] & 0xFF) * weight;
          blue += (from[i + 2] & 0xFF) * weight;
          i += 3;
        }
        to[o] = clip(red);
        to[o + 1] = clip(green);
        to[o + 2] = clip(blue);
      }
    }
    return to;
  }

  private static byte[] acrossColumns(byte[] from, int width, Weights weights) {
    int toHeight = weights.first.length;
    int stride = 3 * width;
    byte[] to = new byte[stride * toHeight];
    int[] sums = new int[stride];
    for (int y = 0; y < toHeight; y++) {
      Arrays.fill(sums, 1 << (PRECISION_BITS - 1));
      int i = stride * weights.first[y];
      for (int weight : weights.values[y]) {
        for (int x = 0; x < stride; x++) {
          sums[x] += (from[i + x] & 0xFF) * weight;
        }
        i += stride;
      }
      int o = stride * y;
      for (int x = 0; x < stride; x++) {
        to[o + x] = clip(sums[x]);
      }
    }
    return to;
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
  }

  /**
   * One axis: for each output, its first input and the fixed-point weights from there on.
   *
   * @param first index of the first input, one an output
   * @param values weights, one row an output; each row sums to about 1 &lt;&lt; PRECISION_BITS
   */
  private record Weights(int[] first, int[][] values) {
    static Weights of(int from, int to) {
      double scale = (double) from / to;
      double support = Math.max(1.0, scale);
      int[] first = new int[to];
      int[][] values = new int[to][];
      for (int x = 0; x < to; x++) {
        double center = (x + 0.5) * scale;
        int low = Math.max(0, (int) (center - support + 0.5));
        int high = Math.min(from, (int) (center + support + 0.5));
        double[] weights = new double[high - low];
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
          double distance = Math.abs((i + low - center + 0.5) * (1.0 / support));
          weights[i] = distance < 1 ? 1 - distance : 0;
          total += weights[i];
        }
        first[x] = low;
        values[x] = new int[weights.length];
        for (int i = 0; i < weights.length; i++) {
          double weight = total == 0 ? weights[i] : weights[i] / total;
          values[x][i] = (int) (0.5 + weight * (1 << PRECISION_BITS));
        }
      }
      return new Weights(first, values);
    }
  }

  private static byte[] plain(byte[] rgb, int width, int height, int toWidth, int toHeight) {
    byte[] to = new byte[3 * toWidth * toHeight];
    try (BytePointer pixels = new BytePointer(rgb);
        Mat from = new Mat(height, width, CV_8UC3, pixels);
        Mat resized = new Mat();
        Size size = new Size(toWidth, toHeight)) {
      opencv_imgproc.resize(from, resized, size, 0, 0, INTER_LINEAR);
      try (BytePointer result = resized.data()) {
        result.get(to);
      }
    }
    return to;
  }
}
