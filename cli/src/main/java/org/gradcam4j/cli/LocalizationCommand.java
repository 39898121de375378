package org.gradcam4j.cli;

import java.util.List;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.evaluation.experiment.Localization;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Weakly supervised localization by the rule of ILSVRC: the paper's table 1. */
@Command(
    name = "localization",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Weakly supervised localization by the rule of ILSVRC: the paper's table 1.")
final class LocalizationCommand extends ExperimentCommand {
  @Mixin private BoxOptions box;

  @Override
  List<String> defaultMethods() {
    return List.of("grad-cam");
  }

  @Override
  Experiment experiment(LoadedModel loaded) {
    return new Localization(variants(loaded), box.rule(), options.protocol());
  }
}
