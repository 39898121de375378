package org.gradcam4j.evaluation.metric;

import java.util.List;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;

/**
 * How much stronger the map is within boxes than without: the mean of its positive values inside
 * over that outside. A uniform map gives 1.
 *
 * <p>Selvaraju et al., Grad-CAM, IJCV 2019, section 8.1 (comparison with DenseCap), where the map's
 * values are positive by construction; negative ones count as 0 here.
 */
public final class InsideOutsideRatio {
  /** Inside over outside. */
  public static final Metric METRIC =
      new Metric(
          "inside-outside-ratio",
          Direction.HIGHER,
          Unit.NUMBER,
          Aggregation.MEAN,
          "Mean of the map's positive values inside the boxes over the mean outside; undefined"
              + " where the map is zero outside, or no pixel is inside, or none outside.",
          "Selvaraju et al., Grad-CAM, IJCV 2019, section 8.1");

  private InsideOutsideRatio() {}

  /**
   * The ratio; NaN where it is undefined.
   *
   * @param map one channel, at the boxes' size
   * @param boxes what inside means
   */
  public static double of(SaliencyMap map, List<Box> boxes) {
    Maps.requireOneChannel(map);
    boolean[] inside = BoxMask.of(map.height(), map.width(), boxes);
    double within = 0;
    double without = 0;
    int pixels = 0;
    for (int i = 0; i < inside.length; i++) {
      double value = Math.max(map.values()[i], 0);
      if (inside[i]) {
        within += value;
        pixels++;
      } else {
        without += value;
      }
    }
    // No pixel outside has a sum of 0 as well.
    return pixels > 0 && without > 0
        ? within / pixels / (without / (inside.length - pixels))
        : Double.NaN;
  }
}
