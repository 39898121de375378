package org.gradcam4j.method;

import java.util.Arrays;
import org.gradcam4j.image.GaussianBlur;
import org.gradcam4j.image.Preprocessing;

/** What covers a part of an image in place of its pixels; as a string in words. */
public sealed interface Fill {
  /** Pixels of Fong and Vedaldi, Interpretable Explanations of Black Boxes, ICCV 2017. */
  double USUAL_BLUR = 10;

  /**
   * What lies under the patch, wherever it is.
   *
   * @param image {@code [channels, height, width]}, preprocessed
   * @param preprocessing what made it
   * @return {@code [channels, height, width]} in the same units
   */
  float[] under(float[] image, int channels, int height, int width, Preprocessing preprocessing);

  /** The mean pixel that preprocessing subtracts: 0 in the network's units. */
  static Fill mean() {
    return new Constant(0);
  }

  /** A number in the network's units, after preprocessing, in every channel. */
  static Fill constant(double value) {
    return new Constant(value);
  }

  /** The grey in the middle between black and white. */
  static Fill grey() {
    return new Grey();
  }

  /**
   * The image itself, blurred by a Gaussian; at the edges its outermost pixels go on.
   *
   * @param sigma the standard deviation, pixels of the network's input
   */
  static Fill blur(double sigma) {
    return new Blur(sigma);
  }

  /**
   * One number.
   *
   * @param value in the network's units
   */
  record Constant(double value) implements Fill {
    /** Checks that it is finite. */
    public Constant {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("expected a finite number to fill with, got " + value);
      }
    }

    @Override
    public float[] under(
        float[] image, int channels, int height, int width, Preprocessing preprocessing) {
      float[] filled = new float[image.length];
      Arrays.fill(filled, (float) value);
      return filled;
    }

    @Override
    public String toString() {
      return value == 0 ? "mean" : Double.toString(value);
    }
  }

  /** Level 127.5 of 255. */
  record Grey() implements Fill {
    @Override
    public float[] under(
        float[] image, int channels, int height, int width, Preprocessing preprocessing) {
      if (channels != 3) {
        throw new IllegalArgumentException(
            "grey is a colour of images of 3 channels, this network's have "
                + channels
                + ": fill with a number");
      }
      float[] filled = new float[image.length];
      int plane = height * width;
      for (int c = 0; c < channels; c++) {
        Arrays.fill(filled, c * plane, (c + 1) * plane, (float) preprocessing.normalized(127.5, c));
      }
      return filled;
    }

    @Override
    public String toString() {
      return "grey";
    }
  }

  /**
   * A Gaussian filter, cut off at three standard deviations.
   *
   * @param sigma its standard deviation in pixels
   */
  record Blur(double sigma) implements Fill {
    /** Checks that the deviation is above 0. */
    public Blur {
      if (!(sigma > 0) || Double.isInfinite(sigma)) {
        throw new IllegalArgumentException("expected a blur of more than 0 pixels, got " + sigma);
      }
    }

    @Override
    public float[] under(
        float[] image, int channels, int height, int width, Preprocessing preprocessing) {
      return GaussianBlur.of(image, channels, height, width, sigma);
    }

    @Override
    public String toString() {
      return "blur of " + sigma + " pixels";
    }
  }
}
