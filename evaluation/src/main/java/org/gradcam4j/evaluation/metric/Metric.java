package org.gradcam4j.evaluation.metric;

/**
 * A figure's name and meaning.
 *
 * @param name in lower case with hyphens, {@code localization-error-top1}
 * @param direction whether more is better
 * @param unit what its numbers are
 * @param aggregation how the observations of many images become the figure
 * @param definition in a sentence, with the formula
 * @param source the paper or the program that defines it
 */
public record Metric(
    String name,
    Direction direction,
    Unit unit,
    Aggregation aggregation,
    String definition,
    String source) {
  /**
   * An observation of this metric.
   *
   * @param variant what is measured; empty for a figure of the network alone
   * @param group the class, for means over classes; empty otherwise
   * @param values NaN where the metric is undefined
   */
  public Observation observe(String variant, String group, double... values) {
    return new Observation(name, variant, group, values);
  }

  /** Which way is better. */
  public enum Direction {
    /** More is better. */
    HIGHER,
    /** Less is better. */
    LOWER,
    /** Neither: it describes. */
    NEITHER
  }

  /** What numbers are. */
  public enum Unit {
    /** A share of 100. */
    PERCENT,
    /** A number without unit: a correlation, a ratio. */
    NUMBER
  }
}
