package org.gradcam4j.cli;

import java.util.List;
import org.gradcam4j.evaluation.experiment.Comparisons;
import org.gradcam4j.evaluation.experiment.Comparisons.Basis;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.method.Occlusion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The pointing game: does a map's maximum lie on the object? */
@Command(
    name = "pointing",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "The pointing game: does a map's maximum lie on the object?")
final class PointingCommand extends ExperimentCommand {
  @Mixin private ComparisonOptions comparison;

  @Override
  List<String> defaultMethods(LoadedModel loaded) {
    return List.of("grad-cam", "guided-grad-cam", "c-mwp", "gradient", "guided-backprop");
  }

  @Override
  Experiment experiment(LoadedModel loaded) {
    return Comparisons.pointing(
        new Basis(
            variants(loaded, new Occlusion()),
            comparison.classes(),
            options.upsampling(),
            loaded.explainer()),
        comparison.scale());
  }
}
