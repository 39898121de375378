package org.gradcam4j.evaluation.experiment;

/**
 * A figure that a paper reports.
 *
 * @param metric the metric's name
 * @param variant the method, as variants name it; empty for a figure of the network alone
 * @param setting network and data: {@code VGG-16, ILSVRC-15 val}
 * @param value the figure, in the metric's unit
 * @param source the paper and its table
 */
public record Published(
    String metric, String variant, String setting, double value, String source) {}
