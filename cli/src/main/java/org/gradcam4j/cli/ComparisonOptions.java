package org.gradcam4j.cli;

import org.gradcam4j.evaluation.experiment.ClassChoice;
import picocli.CommandLine.Option;

/** Options of experiments that measure maps of an image's classes. */
final class ComparisonOptions {
  @Option(
      names = {"-c", "--class"},
      paramLabel = "each|first|predicted",
      defaultValue = "each",
      description =
          "Which classes of an image are explained: each annotated one, the first annotated one, or"
              + " the predicted one (default: each).")
  private String classes;

  @Option(
      names = "--pointing-scale",
      paramLabel = "F",
      defaultValue = "1",
      description =
          "The photos' size over that of the original data set's, such as 0.6 for 300 pixels that"
              + " were 500: the tolerance of 15 pixels shrinks with it (default: 1).")
  private double scale;

  ClassChoice classes() {
    return Words.of("--class", classes, ClassChoice.class);
  }

  double scale() {
    if (!(scale > 0 && scale <= 100)) {
      throw new UserError("--pointing-scale " + scale + ": expected a number above 0");
    }
    return scale;
  }
}
