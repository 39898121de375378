package org.gradcam4j;

/**
 * A layer that a map can be made of.
 *
 * @param name its name
 * @param kind what it does, {@code Convolution}
 * @param channels channels of its activation, the number of maps
 * @param height rows of its activation for the explainer's input
 * @param width columns likewise
 */
public record LayerInfo(String name, String kind, int channels, int height, int width) {}
