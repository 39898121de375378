package org.gradcam4j.kernel;

/**
 * Batch normalisation at inference: {@code gamma (x - mean) / sqrt(variance + epsilon) + beta},
 * vectors {@code [C]}.
 *
 * @param gamma the factor
 * @param beta the constant
 * @param mean what is subtracted
 * @param variance what the square root is taken of
 * @param epsilon what is added to the variance
 */
public record Normalization(
    Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon) {}
