package org.gradcam4j.evaluation.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Observations of images, laid out so that a figure is made of them again and again. */
final class Columns {
  /** For each image, the groups of its observations. */
  private final int[][] groups;

  /** For each image, its observations one after another, each of {@link #width} numbers. */
  private final double[][] values;

  private final int width;
  private final int groupCount;

  /** Of defined observations only, at least one. */
  Columns(Aggregation aggregation, List<List<Observation>> images) {
    this.width = images.get(0).get(0).values().length;
    if (aggregation != Aggregation.LARGEST_COLUMN && width != 1) {
      throw new IllegalArgumentException(
          "%s: a row of %d numbers, expected one number"
              .formatted(images.get(0).get(0).figure(), width));
    }
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
        String group = aggregation == Aggregation.MEAN ? "" : own.get(o).group();
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
    return meanOfGroups(sums, counts);
  }

  /** Groups of which nothing was drawn are left out. */
  private double meanOfGroups(double[] sums, double[] counts) {
    double sum = 0;
    int groupsDrawn = 0;
    for (int g = 0; g < groupCount; g++) {
      if (counts[g] > 0) {
        sum += largest(sums, g * width) / counts[g];
        groupsDrawn++;
      }
    }
    return sum / groupsDrawn;
  }

  private double largest(double[] sums, int from) {
    double largest = sums[from];
    for (int c = 1; c < width; c++) {
      largest = Math.max(largest, sums[from + c]);
    }
    return largest;
  }
}
