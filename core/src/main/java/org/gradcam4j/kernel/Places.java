package org.gradcam4j.kernel;

/**
 * Where rectangles lie in an image, in its cells.
 *
 * @param tops the first row of each
 * @param lefts the first column of each
 */
public record Places(int[] tops, int[] lefts) {}
