package org.gradcam4j.evaluation;

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
 * 3.4.1.
 */
public final class AveragePrecision {
  private AveragePrecision() {}

  /**
   * The average precision, 0 to 1; NaN where no image shows the class.
   *
   * @param scores one an image
   * @param shown whether the image shows the class
   * @throws IllegalArgumentException if they differ in number, or a score is NaN
   */
  public static double of(double[] scores, boolean[] shown) {
    if (scores.length != shown.length) {
      throw new IllegalArgumentException(
          scores.length + " scores and " + shown.length + " answers: expected one score an answer");
    }
    for (double score : scores) {
      if (Double.isNaN(score)) {
        throw new IllegalArgumentException("a score is NaN: images cannot be ranked");
      }
    }
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(i -> i)
            .toArray();
    double[] precisions = new double[order.length];
    int[] gains = new int[order.length];
    int points = 0;
    int found = 0;
    int before = 0;
    for (int i = 0; i < order.length; i++) {
      found += shown[order[i]] ? 1 : 0;
      boolean last = i + 1 == order.length || scores[order[i + 1]] != scores[order[i]];
      if (last) {
        precisions[points] = (double) found / (i + 1);
        gains[points++] = found - before;
        before = found;
      }
    }
    double area = 0;
    double highest = 0;
    for (int i = points - 1; i >= 0; i--) {
      highest = Math.max(highest, precisions[i]);
      area += gains[i] * highest;
    }
    return found == 0 ? Double.NaN : area / found;
  }
}
