package org.gradcam4j.cli;

import java.util.List;
import org.gradcam4j.evaluation.experiment.Comparisons;
import org.gradcam4j.evaluation.experiment.Experiment;
import picocli.CommandLine.Command;

/** The pointing game: does a map's maximum lie on the object? */
@Command(
    name = "pointing",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "The pointing game: does a map's maximum lie on the object?")
final class PointingCommand extends ComparisonCommand {
  @Override
  List<String> defaultMethods() {
    return List.of("grad-cam", "guided-grad-cam", "c-mwp", "gradient", "guided-backprop");
  }

  @Override
  Experiment experiment(LoadedModel loaded) {
    return Comparisons.pointing(basis(loaded), comparison.scale());
  }
}
