package org.gradcam4j.evaluation.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.gradcam4j.method.SaliencyMap;

/**
 * Localization where the class is given, at the threshold that serves best: the same for all
 * images, but found on them. So no method gains or loses by a threshold that happens to suit it.
 *
 * <p>The map is brought to 0..255 by its minimum and maximum and rounded down, as the authors'
 * program does; a pixel counts if it lies above the threshold. Between 0 and 1 in steps of 0.001,
 * which they try, only 255 thresholds differ: 0 to 254. An observation is a row of these: 100 where
 * a box is right, else 0. A constant map has no box.
 *
 * <ul>
 *   <li>V1: the box round the largest segment; right from an intersection over union of 0.5 on.
 *   <li>V2: the boxes round all segments, of which the best counts; the mean of the figures for
 *       0.3, 0.5 and 0.7, each at its own best threshold. An observation for each.
 * </ul>
 *
 * <p>Deviations from the program: the largest segment is that of most pixels (theirs: that whose
 * outline, drawn through the centres of pixels, encloses most); boxes are inclusive (theirs end a
 * pixel later); holes have no box of their own; maps and boxes are taken at the size at which they
 * come (theirs: 224x224).
 *
 * <p>Choe et al., Evaluating Weakly Supervised Object Localization Methods Right, CVPR 2020, and
 * its extension, PAMI 2022; program: clovaai/wsolevaluation.
 */
public final class MaxBoxAcc {
  /** The largest segment, at 0.5. */
  public static final Metric METRIC =
      new Metric(
          "max-box-acc",
          Direction.HIGHER,
          Unit.PERCENT,
          Aggregation.LARGEST_COLUMN,
          "Share of images whose map of the true class gives a box, round its largest segment, with"
              + " an intersection over union of at least 0.5 with a box of that class; at the"
              + " threshold, one for all images, at which it is largest.",
          "Choe et al., Evaluating Weakly Supervised Object Localization Methods Right, CVPR 2020");

  /** All segments, at 0.3, 0.5 and 0.7. */
  public static final Metric V2 =
      new Metric(
          "max-box-acc-v2",
          Direction.HIGHER,
          Unit.PERCENT,
          Aggregation.LARGEST_COLUMN,
          "As max-box-acc, but the best of the boxes round all segments counts; the mean over"
              + " intersections over union of 0.3, 0.5 and 0.7, each at its best threshold.",
          "Choe et al., Evaluation for Weakly Supervised Object Localization: Protocol, Metrics,"
              + " and Datasets, PAMI 2022");

  /** Both. */
  public static final List<Metric> METRICS = List.of(METRIC, V2);

  private static final int THRESHOLDS = 255;
  private static final double[] OVERLAPS = {0.3, 0.5, 0.7};

  private MaxBoxAcc() {}

  /**
   * The observations of both metrics.
   *
   * @param variant the method
   * @param map of the true class, one channel
   * @param truth the boxes of that class, at the map's size
   */
  public static List<Observation> of(String variant, SaliencyMap map, List<Box> truth) {
    Overlaps overlaps = overlaps(map, truth);
    List<Observation> observations = new ArrayList<>();
    observations.add(METRIC.observe(variant, "", hits(overlaps.largest, LocalizationError.RIGHT)));
    for (double overlap : OVERLAPS) {
      observations.add(V2.observe(variant, "IoU " + overlap, hits(overlaps.best, overlap)));
    }
    return observations;
  }

  private static double[] hits(double[] overlaps, double least) {
    return Arrays.stream(overlaps).map(overlap -> overlap >= least ? 100 : 0).toArray();
  }

  /**
   * For each threshold, the intersection over union of a segment's box with the truth.
   *
   * @param largest of the largest segment
   * @param best of the segment that fits best
   */
  record Overlaps(double[] largest, double[] best) {}

  static Overlaps overlaps(SaliencyMap map, List<Box> truth) {
    int[] levels = levels(map);
    int[] order = Importance.order(map);
    Segments segments = new Segments(map.height(), map.width(), 8);
    Overlaps overlaps = new Overlaps(new double[THRESHOLDS], new double[THRESHOLDS]);
    int[] firsts = new int[levels.length];
    double[] overlap = new double[levels.length];
    int[] measured = new int[levels.length];
    int count = 0;
    int next = 0;
    for (int threshold = THRESHOLDS - 1; threshold >= 0; threshold--) {
      // From the brightest down, segments only grow and join: no pixel is joined twice.
      while (next < order.length && levels[order[next]] > threshold) {
        segments.add(order[next]);
        firsts[count++] = order[next++];
      }
      int left = 0;
      int largest = -1;
      for (int i = 0; i < count; i++) {
        int first = firsts[i];
        if (segments.isFirst(first)) {
          firsts[left++] = first;
          // Of thousands of segments few change from one threshold to the next.
          if (measured[first] != segments.size(first)) {
            measured[first] = segments.size(first);
            overlap[first] = IntersectionOverUnion.best(segments.box(first), truth);
          }
          overlaps.best[threshold] = Math.max(overlaps.best[threshold], overlap[first]);
          if (largest < 0 || isLarger(segments, first, largest)) {
            largest = first;
          }
        }
      }
      count = left;
      if (largest >= 0) {
        overlaps.largest[threshold] = overlap[largest];
      }
    }
    return overlaps;
  }

  private static boolean isLarger(Segments segments, int first, int than) {
    int more = segments.size(first) - segments.size(than);
    return more > 0 || more == 0 && first < than;
  }

  /** Values between minimum and maximum as 0 to 255. */
  private static int[] levels(SaliencyMap map) {
    Maps.requireOneChannel(map);
    double min = Double.POSITIVE_INFINITY;
    for (float value : map.values()) {
      min = Math.min(min, value);
    }
    double range = map.max() - min;
    int[] levels = new int[map.values().length];
    for (int i = 0; range > 0 && i < levels.length; i++) {
      levels[i] = (int) ((map.values()[i] - min) / range * THRESHOLDS);
    }
    return levels;
  }
}
