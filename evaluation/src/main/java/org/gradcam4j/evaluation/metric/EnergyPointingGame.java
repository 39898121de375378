package org.gradcam4j.evaluation.metric;

import java.util.List;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;

/**
 * How much of the map lies on the class.
 *
 * <pre>
 * 100 sum_(p in boxes) max(L_p, 0) / sum_p max(L_p, 0)
 * </pre>
 *
 * <p>A pixel in several boxes counts once.
 *
 * <p>Wang et al., Score-CAM, CVPR Workshops 2020.
 */
public final class EnergyPointingGame {
  /** The share in the boxes. */
  public static final Metric METRIC =
      new Metric(
          "energy-pointing-game",
          Direction.HIGHER,
          Unit.PERCENT,
          Aggregation.MEAN,
          "Share of the sum of the map's positive values that lies in the boxes of the class.",
          "Wang et al., Score-CAM, CVPR Workshops 2020");

  private EnergyPointingGame() {}

  /**
   * The share, 0 to 100; NaN where the map has no positive value.
   *
   * @param map one channel, at the boxes' size
   * @param boxes of the class
   */
  public static double of(SaliencyMap map, List<Box> boxes) {
    Maps.requireOneChannel(map);
    boolean[] inside = BoxMask.of(map.height(), map.width(), boxes);
    double within = 0;
    double all = 0;
    for (int i = 0; i < inside.length; i++) {
      double energy = Math.max(map.values()[i], 0);
      all += energy;
      within += inside[i] ? energy : 0;
    }
    return all > 0 ? 100 * within / all : Double.NaN;
  }
}
