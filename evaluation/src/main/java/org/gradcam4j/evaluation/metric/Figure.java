package org.gradcam4j.evaluation.metric;

/**
 * A figure over many images.
 *
 * @param value NaN where nothing is defined
 * @param low the lower end of its 95 % interval
 * @param high the upper end
 * @param observations how many observations it is of
 * @param images of how many images these are
 * @param undefined how many more observations were undefined
 */
public record Figure(
    double value, double low, double high, int observations, int images, int undefined) {}
