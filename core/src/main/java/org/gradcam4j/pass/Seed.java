package org.gradcam4j.pass;

import org.gradcam4j.kernel.Tensor;

/**
 * Where a backward pass starts.
 *
 * @param layer the layer whose output the gradient is of
 * @param gradient {@code [R, ...]}, the derivative of R scores with respect to that output
 */
public record Seed(String layer, Tensor gradient) {}
