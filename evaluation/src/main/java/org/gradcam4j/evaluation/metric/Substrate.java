package org.gradcam4j.evaluation.metric;

import java.util.Arrays;

/** What takes the place of pixels that are deleted, or that are not inserted yet. */
public enum Substrate {
  /** Zero: for a preprocessed input the mean of the network's training images. */
  ZERO {
    @Override
    public float[] of(float[] input, int height, int width) {
      return new float[input.length];
    }
  },

  /** The mean of each of the image's channels. */
  MEAN {
    @Override
    public float[] of(float[] input, int height, int width) {
      float[] values = new float[input.length];
      int plane = height * width;
      for (int from = 0; from < input.length; from += plane) {
        double sum = 0;
        for (int i = from; i < from + plane; i++) {
          sum += input[i];
        }
        Arrays.fill(values, from, from + plane, (float) (sum / plane));
      }
      return values;
    }
  },

  /**
   * The image, blurred as the authors of insertion and deletion do: by a Gaussian of standard
   * deviation 5 on 11x11 pixels, what lies outside of these mirrored in; beyond the image is zero.
   */
  BLURRED {
    @Override
    public float[] of(float[] input, int height, int width) {
      return Blur.of(input, height, width);
    }
  };

  /**
   * The values, as many as the input's; a new array.
   *
   * @param input preprocessed, {@code [channels, height, width]}
   * @param height rows
   * @param width columns
   */
  public abstract float[] of(float[] input, int height, int width);
}
