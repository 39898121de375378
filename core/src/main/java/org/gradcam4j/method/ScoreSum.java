package org.gradcam4j.method;

import java.util.Arrays;
import java.util.OptionalInt;

/** The sum of the scores at some places; of one place, that score. */
record ScoreSum(String label, OptionalInt classIndex, int[] places) implements Objective {
  @Override
  public double value(double[] scores, Score score) {
    return Arrays.stream(places).mapToDouble(place -> scores[place]).sum();
  }

  @Override
  public double[] gradient(double[] scores, Score score) {
    double[] gradient = new double[scores.length];
    for (int place : places) {
      gradient[place]++;
    }
    return gradient;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoreSum sum
        && label.equals(sum.label)
        && classIndex.equals(sum.classIndex)
        && Arrays.equals(places, sum.places);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(places);
  }
}
