package org.gradcam4j.evaluation.metric;

import java.util.Optional;
import org.gradcam4j.image.GaussianBlur;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;

/**
 * How a map becomes a box: the map is smoothed where that is asked for; the pixels that reach a
 * share of its maximum, of these the largest connected segment, and the box round it. Of segments
 * of equal size the one counts whose first pixel in row order comes first.
 *
 * <p>Selvaraju et al., Grad-CAM, IJCV 2019, section 4.1: 15 % of the maximum, one box round the
 * single largest segment. Whether a pixel that equals the threshold counts, and which pixels touch,
 * the paper does not say; neither how it made boxes of gradients, whose speckle has no segments
 * unless it is smoothed.
 *
 * @param threshold the share, above 0 and at most 1
 * @param inclusive whether a pixel that equals the threshold counts
 * @param connectivity 8 if pixels that touch at a corner are of one segment, else 4
 * @param smoothing standard deviation of a {@link GaussianBlur} of the map before, in its pixels; 0
 *     for none
 */
public record BoxRule(double threshold, boolean inclusive, int connectivity, double smoothing) {
  /** At least 15 % of the maximum, corners touch, the map as it is. */
  public static final BoxRule PAPER = new BoxRule(0.15, true, 8, 0);

  private static final int MOST_SMOOTHING = 1000;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException with one line that says what was expected
   */
  public BoxRule {
    if (!(threshold > 0 && threshold <= 1)) {
      throw new IllegalArgumentException(
          "a threshold of " + threshold + ": expected a share of the maximum above 0, at most 1");
    }
    if (connectivity != 4 && connectivity != 8) {
      throw new IllegalArgumentException("a connectivity of " + connectivity + ": expected 4 or 8");
    }
    if (!(smoothing >= 0 && smoothing <= MOST_SMOOTHING)) {
      throw new IllegalArgumentException(
          "a smoothing of %s: expected pixels, 0 to %d".formatted(smoothing, MOST_SMOOTHING));
    }
  }

  /**
   * The box, in pixels of the map, inclusive.
   *
   * @param map one channel
   * @return empty where no pixel counts: the map's maximum is not positive
   */
  public Optional<Box> box(SaliencyMap map) {
    boolean[] counted = above(map);
    Segments segments = new Segments(map.height(), map.width(), connectivity);
    for (int i = 0; i < counted.length; i++) {
      if (counted[i]) {
        segments.add(i);
      }
    }
    int largest = -1;
    for (int i = 0; i < counted.length; i++) {
      if (counted[i]
          && segments.isFirst(i)
          && (largest < 0 || segments.size(i) > segments.size(largest))) {
        largest = i;
      }
    }
    return largest < 0 ? Optional.empty() : Optional.of(segments.box(largest));
  }

  /** Which pixels count, in row order; none where the maximum is not positive. */
  boolean[] above(SaliencyMap map) {
    Maps.requireOneChannel(map);
    SaliencyMap smooth = smoothed(map);
    float[] values = smooth.values();
    boolean[] counted = new boolean[values.length];
    float max = smooth.max();
    if (max > 0) {
      double least = threshold * max;
      for (int i = 0; i < values.length; i++) {
        counted[i] = inclusive ? values[i] >= least : values[i] > least;
      }
    }
    return counted;
  }

  /** The map as pixels of it are counted. */
  public SaliencyMap smoothed(SaliencyMap map) {
    if (smoothing == 0) {
      return map;
    }
    return new SaliencyMap(
        1,
        map.height(),
        map.width(),
        GaussianBlur.of(map.values(), 1, map.height(), map.width(), smoothing));
  }
}
