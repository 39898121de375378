package org.gradcam4j.cli;

import java.util.List;
import org.gradcam4j.evaluation.experiment.Discrimination;
import org.gradcam4j.evaluation.experiment.Experiment;
import picocli.CommandLine.Command;

/** Class discrimination in images of exactly two annotated categories. */
@Command(
    name = "discrimination",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Class discrimination in images of exactly two annotated categories.")
final class DiscriminationCommand extends ExperimentCommand {
  @Override
  List<String> defaultMethods() {
    return List.of("guided-backprop", "guided-grad-cam", "deconvnet", "deconvnet-grad-cam");
  }

  @Override
  Experiment experiment(LoadedModel loaded) {
    return new Discrimination(variants(loaded), options.protocol());
  }
}
