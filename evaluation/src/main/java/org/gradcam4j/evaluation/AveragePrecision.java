package org.gradcam4j.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well scores rank the images that show a class: the area under the precision-recall curve, as
 * PASCAL VOC computes it since 2010.
 *
 * <pre>
 * AP = sum_n (r_n - r_(n-1)) max_(m >= n) p_m
 * </pre>
 *
 * <p>over all images from the highest score down, with recall r and precision p after each. Images
 * of equal score come in together, so that their order does not matter.
 *
 * <p>Everingham et al., The PASCAL Visual Object Classes Challenge 2010 Development Kit, section
 * 3.4.1; {@link #elevenPoints} is that of 2007, section 3.4.
 */
public final class AveragePrecision {
  private final int[] order;
  private final boolean[] shown;

  /** Whether the next image in order has a lower score, or there is none. */
  private final boolean[] last;

  /**
   * Ranks images once, to be drawn many times.
   *
   * @param scores one an image
   * @param shown whether the image shows the class
   * @throws IllegalArgumentException if they differ in number, or a score is NaN
   */
  public AveragePrecision(double[] scores, boolean[] shown) {
    if (scores.length != shown.length) {
      throw new IllegalArgumentException(
          scores.length + " scores and " + shown.length + " answers: expected one score an answer");
    }
    for (double score : scores) {
      if (Double.isNaN(score)) {
        throw new IllegalArgumentException("a score is NaN: images cannot be ranked");
      }
    }
    this.shown = shown.clone();
    this.order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(i -> i)
            .toArray();
    this.last = new boolean[order.length];
    for (int i = 0; i < order.length; i++) {
      last[i] = i + 1 == order.length || scores[order[i + 1]] != scores[order[i]];
    }
  }

  /**
   * The average precision, 0 to 1; NaN where no image shows the class.
   *
   * @param scores one an image
   * @param shown whether the image shows the class
   * @throws IllegalArgumentException if they differ in number, or a score is NaN
   */
  public static double of(double[] scores, boolean[] shown) {
    return new AveragePrecision(scores, shown).area(once(scores.length));
  }

  /** Each image drawn once. */
  private static int[] once(int images) {
    int[] once = new int[images];
    Arrays.fill(once, 1);
    return once;
  }

  /**
   * The points of the curve, one a score.
   *
   * @param found how many images that show the class have that score or a higher one
   * @param highest the highest precision from there on
   * @param points how many there are
   */
  private record Curve(int[] found, double[] highest, int points) {
    int positives() {
      return points == 0 ? 0 : found[points - 1];
    }
  }

  private Curve curve(int[] drawn) {
    int[] found = new int[order.length];
    double[] highest = new double[order.length];
    int points = 0;
    int positives = 0;
    int all = 0;
    for (int i = 0; i < order.length; i++) {
      all += drawn[order[i]];
      positives += shown[order[i]] ? drawn[order[i]] : 0;
      if (last[i] && all > 0) {
        found[points] = positives;
        highest[points++] = (double) positives / all;
      }
    }
    for (int i = points - 2; i >= 0; i--) {
      highest[i] = Math.max(highest[i], highest[i + 1]);
    }
    return new Curve(found, highest, points);
  }

  /**
   * The average precision of a sample, 0 to 1; NaN where none in it shows the class.
   *
   * @param drawn how often each image is in the sample
   */
  public double area(int[] drawn) {
    Curve curve = curve(drawn);
    double area = 0;
    int before = 0;
    for (int i = 0; i < curve.points(); i++) {
      area += (curve.found()[i] - before) * curve.highest()[i];
      before = curve.found()[i];
    }
    return curve.positives() == 0 ? Double.NaN : area / curve.positives();
  }

  /**
   * The mean of the highest precisions from recall 0, 0.1, ... 1 on; NaN where no image shows the
   * class.
   */
  public double elevenPoints() {
    Curve curve = curve(once(order.length));
    double sum = 0;
    int point = 0;
    for (int tenth = 0; tenth <= 10; tenth++) {
      while (point < curve.points() && 10L * curve.found()[point] < tenth * curve.positives()) {
        point++;
      }
      sum += point < curve.points() ? curve.highest()[point] : 0;
    }
    return curve.positives() == 0 ? Double.NaN : sum / 11;
  }
}
