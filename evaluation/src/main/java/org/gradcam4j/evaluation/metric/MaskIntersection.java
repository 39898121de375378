package org.gradcam4j.evaluation.metric;

import org.gradcam4j.evaluation.data.ClassMask;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.method.SaliencyMap;

/**
 * How well the thresholded map agrees with a segmentation: the pixels that are in both over those
 * in either. Pixels that the segmentation leaves open ({@link ClassMask#VOID}) do not count.
 *
 * <p>Everingham et al., The PASCAL Visual Object Classes Challenge, IJCV 2010; for maps: Selvaraju
 * et al., Grad-CAM, IJCV 2019, section 4.2.
 */
public final class MaskIntersection {
  /** Intersection over union. */
  public static final Metric METRIC =
      new Metric(
          "mask-iou",
          Direction.HIGHER,
          Unit.PERCENT,
          Aggregation.MEAN_OF_GROUPS,
          "Mean over classes of the mean intersection over union of the thresholded map with the"
              + " class's pixels.",
          "Everingham et al., The PASCAL Visual Object Classes Challenge, IJCV 2010");

  private MaskIntersection() {}

  /**
   * The intersection over union, 0 to 100; NaN where the mask does not show the class.
   *
   * @param map one channel, at the mask's size
   * @param mask the segmentation
   * @param classIndex the class
   * @param rule which pixels of the map count: its threshold and smoothing matter
   */
  public static double of(SaliencyMap map, ClassMask mask, int classIndex, BoxRule rule) {
    Maps.requireSize(map, mask.height(), mask.width(), "a mask");
    boolean[] counted = rule.above(map);
    int both = 0;
    int either = 0;
    int shown = 0;
    for (int i = 0; i < counted.length; i++) {
      int at = mask.classes()[i];
      if (at != ClassMask.VOID) {
        boolean here = at == classIndex;
        shown += here ? 1 : 0;
        both += here && counted[i] ? 1 : 0;
        either += here || counted[i] ? 1 : 0;
      }
    }
    return shown > 0 ? 100.0 * both / either : Double.NaN;
  }
}
