package org.gradcam4j.cli;

import java.util.List;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.evaluation.experiment.Failures;
import picocli.CommandLine.Command;

/** Misclassified images: the maps of the true and of the predicted class side by side. */
@Command(
    name = "failures",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Misclassified images: the maps of the true and of the predicted class side by side.",
      "Pictures are kept of all of them, whatever --pictures says."
    })
final class FailuresCommand extends ExperimentCommand {
  @Override
  List<String> defaultMethods() {
    return List.of("grad-cam");
  }

  @Override
  Experiment experiment(LoadedModel loaded) {
    return new Failures(variants(loaded), options.protocol());
  }
}
