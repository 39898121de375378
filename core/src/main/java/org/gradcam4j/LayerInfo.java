package org.gradcam4j;

/**
 * A layer that a map can be made of.
 *
 * @param name its name
 * @param kind what it does, {@code Convolution}
 * @param channels its channels
 * @param height its rows
 * @param width its columns
 */
public record LayerInfo(String name, String kind, int channels, int height, int width) {}
