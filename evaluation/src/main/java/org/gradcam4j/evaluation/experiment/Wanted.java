package org.gradcam4j.evaluation.experiment;

/**
 * What is wanted of an image beside what is measured.
 *
 * @param pictures whether pictures for a gallery are
 * @param maps whether the maps themselves are
 * @param costs whether the time that each variant takes alone is
 */
public record Wanted(boolean pictures, boolean maps, boolean costs) {}
