package org.gradcam4j.evaluation.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.method.SaliencyMap;

/**
 * Remove and debias: does the class's probability follow the pixels that the map takes for
 * important, when removed pixels are filled in from their neighbours ({@code noisy linear
 * imputation}), so that the shape of what was removed tells the network nothing?
 *
 * <pre>
 * morf = mean_p y(x without the p % most relevant pixels)
 * lerf = mean_p y(x without the p % least relevant pixels)
 * road = (lerf - morf) / 2
 * </pre>
 *
 * <p>Rong et al., A Consistent and Efficient Evaluation Strategy for Attribution Methods, ICML
 * 2022; road is the combined figure of pytorch-grad-cam. Pixels of equal relevance come in row
 * order.
 *
 * @param percentages p, each above 0 and below 100
 * @param noise standard deviation of the noise on filled pixels, in the preprocessed input's units
 * @param seed of the noise
 */
public record Road(List<Integer> percentages, double noise, long seed) {
  /** 10 to 90 %, noise of 0.01 (for inputs of standard deviation 1). */
  public static final Road PAPER = new Road(List.of(10, 20, 30, 40, 50, 60, 70, 80, 90), 0.01, 0);

  private static final String SOURCE =
      "Rong et al., A Consistent and Efficient Evaluation Strategy for Attribution Methods, ICML"
          + " 2022";

  /** The most relevant first. */
  public static final Metric MORF =
      metric(
          "road-morf",
          Direction.LOWER,
          "Mean probability of the class with the most relevant pixels filled"
              + " in from their neighbours, over the shares of the pixels that the settings name.");

  /** The least relevant first. */
  public static final Metric LERF =
      metric(
          "road-lerf",
          Direction.HIGHER,
          "Mean probability of the class with the least relevant pixels filled"
              + " in from their neighbours, over the shares of the pixels that the settings name.");

  /** Both in one. */
  public static final Metric COMBINED =
      metric(
          "road",
          Direction.HIGHER,
          "Half of road-lerf less road-morf: how much more the most relevant pixels matter than the"
              + " least.");

  /** All three. */
  public static final List<Metric> METRICS = List.of(COMBINED, MORF, LERF);

  /** Checks the options. */
  public Road {
    percentages = List.copyOf(percentages);
    if (percentages.isEmpty() || percentages.stream().anyMatch(p -> p <= 0 || p >= 100)) {
      throw new IllegalArgumentException(
          "percentages " + percentages + ": expected at least one, each from 1 to 99");
    }
    if (!(noise >= 0)) {
      throw new IllegalArgumentException("a noise of " + noise + ": expected 0 or more");
    }
  }

  /**
   * The observations of all three metrics.
   *
   * @param variant the method
   * @param scorer the network
   * @param input preprocessed, {@code [channels, height, width]}
   * @param map one channel, at the input's size
   */
  public List<Observation> of(String variant, Scorer scorer, float[] input, SaliencyMap map) {
    Importance.requireInputOf(map, input);
    int[] order = Importance.order(map);
    double morf = mean(scorer, input, map, order);
    double lerf = mean(scorer, input, map, reversed(order));
    return List.of(
        COMBINED.observe(variant, "", (lerf - morf) / 2),
        MORF.observe(variant, "", morf),
        LERF.observe(variant, "", lerf));
  }

  private double mean(Scorer scorer, float[] input, SaliencyMap map, int[] order) {
    List<float[]> inputs = new ArrayList<>();
    for (int percentage : percentages) {
      int count = order.length * percentage / 100;
      inputs.add(without(input, map.height(), map.width(), Arrays.copyOf(order, count)));
    }
    return Arrays.stream(scorer.probabilities(inputs)).average().orElseThrow();
  }

  /** The input with pixels filled in. */
  float[] without(float[] input, int height, int width, int[] pixels) {
    int plane = height * width;
    boolean[] isMissing = new boolean[plane];
    for (int pixel : pixels) {
      isMissing[pixel] = true;
    }
    float[] values = input.clone();
    Imputation imputation = new Imputation(height, width, isMissing);
    SplittableRandom random = new SplittableRandom(seed);
    for (int from = 0; from < values.length; from += plane) {
      imputation.fill(values, from);
      for (int i = 0; i < plane; i++) {
        values[from + i] += isMissing[i] ? (float) (noise * gaussian(random)) : 0;
      }
    }
    return values;
  }

  /** Box and Muller's; Java's own may change from release to release. */
  private static double gaussian(SplittableRandom random) {
    return Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()))
        * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  private static int[] reversed(int[] order) {
    int[] reversed = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      reversed[i] = order[order.length - 1 - i];
    }
    return reversed;
  }

  private static Metric metric(String name, Direction direction, String definition) {
    return new Metric(name, direction, Unit.NUMBER, Aggregation.MEAN, definition, SOURCE);
  }
}
