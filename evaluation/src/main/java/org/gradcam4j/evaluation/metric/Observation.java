package org.gradcam4j.evaluation.metric;

import java.util.Arrays;

/**
 * What one image, or one class of it, contributes to a figure.
 *
 * @param metric the metric's name
 * @param variant what is measured, such as the method with its layer; empty for a figure of the
 *     network alone
 * @param group the class, for figures that are means over classes; empty otherwise
 * @param values a number, or a row of them for {@link Aggregation#LARGEST_COLUMN}; NaN where the
 *     metric is undefined, such as the rank of a constant map
 */
public record Observation(String metric, String variant, String group, double... values) {
  /** Copies and checks the numbers. */
  public Observation {
    values = values.clone();
    if (values.length == 0) {
      throw new IllegalArgumentException(metric + ": an observation needs at least one number");
    }
  }

  /** The name of the figure: the metric's, and the variant's behind a slash. */
  public String figure() {
    return variant.isEmpty() ? metric : metric + "/" + variant;
  }

  /** Whether there is a number. */
  public boolean isDefined() {
    return Arrays.stream(values).noneMatch(Double::isNaN);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Observation o
        && metric.equals(o.metric)
        && variant.equals(o.variant)
        && group.equals(o.group)
        && Arrays.equals(values, o.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values) + 31 * figure().hashCode();
  }

  @Override
  public String toString() {
    return figure() + (group.isEmpty() ? "" : "[" + group + "]") + Arrays.toString(values);
  }
}
