package org.gradcam4j.evaluation.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Observations of images, laid out so that a figure is made of them again and again. */
final class Columns {
  private final Aggregation aggregation;

  /** For each image, the groups of its observations. */
  private final int[][] groups;

  /** For each image, its observations one after another, each of {@link #width} numbers. */
  private final double[][] values;

  private final int width;
  private final int groupCount;

  /** Of defined observations only, at least one. */
  Columns(Aggregation aggregation, List<List<Observation>> images) {
    this.aggregation = aggregation;
    this.width = images.get(0).get(0).values().length;
    Map<String, Integer> places = new LinkedHashMap<>();
    groups = new int[images.size()][];
    values = new double[images.size()][];
    for (int i = 0; i < images.size(); i++) {
      List<Observation> own = images.get(i);
      groups[i] = new int[own.size()];
      values[i] = new double[own.size() * width];
      for (int o = 0; o < own.size(); o++) {
        double[] numbers = own.get(o).values();
        if (numbers.length != width) {
          throw new IllegalArgumentException(
              "%s: %d numbers here, %d there: expected as many in each observation"
                  .formatted(own.get(o).figure(), numbers.length, width));
        }
        String group = aggregation == Aggregation.MEAN_OF_GROUPS ? own.get(o).group() : "";
        groups[i][o] = places.computeIfAbsent(group, g -> places.size());
        System.arraycopy(numbers, 0, values[i], o * width, width);
      }
    }
    groupCount = places.size();
  }

  /** The figure of images of which some count several times and some not at all. */
  double of(int[] drawn) {
    double[] sums = new double[groupCount * width];
    double[] counts = new double[groupCount];
    for (int i = 0; i < drawn.length; i++) {
      for (int o = 0; drawn[i] > 0 && o < groups[i].length; o++) {
        int group = groups[i][o];
        counts[group] += drawn[i];
        for (int c = 0; c < width; c++) {
          sums[group * width + c] += drawn[i] * values[i][o * width + c];
        }
      }
    }
    return switch (aggregation) {
      case MEAN, MEAN_OF_GROUPS -> meanOfGroups(sums, counts);
      case LARGEST_COLUMN -> largest(sums) / counts[0];
    };
  }

  /** Groups of which nothing was drawn are left out. */
  private double meanOfGroups(double[] sums, double[] counts) {
    double sum = 0;
    int groupsDrawn = 0;
    for (int g = 0; g < groupCount; g++) {
      if (counts[g] > 0) {
        sum += sums[g * width] / counts[g];
        groupsDrawn++;
      }
    }
    return sum / groupsDrawn;
  }

  private static double largest(double[] sums) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double sum : sums) {
      largest = Math.max(largest, sum);
    }
    return largest;
  }
}
