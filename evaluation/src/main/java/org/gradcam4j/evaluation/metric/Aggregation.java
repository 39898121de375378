package org.gradcam4j.evaluation.metric;

/** How observations become a figure. Undefined observations are left out, and counted. */
public enum Aggregation {
  /** The mean of all. */
  MEAN,
  /** The mean of the groups' means: every class counts the same, however many images show it. */
  MEAN_OF_GROUPS,
  /**
   * Observations are rows of numbers, one a threshold: the means of the columns, of which the
   * largest counts. Where there are groups, such as levels of overlap, each has its own largest,
   * and the figure is the mean of these.
   */
  LARGEST_COLUMN
}
