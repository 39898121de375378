package org.gradcam4j.cli;

import org.gradcam4j.evaluation.metric.BoxRule;
import picocli.CommandLine.Option;

/** How a map becomes a box. */
final class BoxOptions {
  @Option(
      names = "--threshold",
      paramLabel = "SHARE",
      defaultValue = "0.15",
      description = "Of the map's maximum; cells at least that high count (default: 0.15).")
  private double threshold;

  @Option(
      names = "--strict",
      description = "Only cells above the threshold count, not those that equal it.")
  private boolean strict;

  @Option(
      names = "--connectivity",
      paramLabel = "4|8",
      defaultValue = "8",
      description = "Neighbours of a pixel in a segment (default: 8).")
  private int connectivity;

  @Option(
      names = "--smooth",
      paramLabel = "PIXELS",
      defaultValue = "0",
      description =
          "Blur the map by a Gaussian of so many pixels of the photo before pixels of it are counted:"
              + " maps of the input, such as gradients, are speckle without segments (default: 0).")
  private double smoothing;

  BoxRule rule() {
    try {
      return new BoxRule(threshold, !strict, connectivity, smoothing);
    } catch (IllegalArgumentException e) {
      throw new UserError("--threshold, --connectivity or --smooth: " + e.getMessage(), e);
    }
  }
}
