package org.gradcam4j.cli;

import org.gradcam4j.evaluation.experiment.Comparisons.Basis;
import org.gradcam4j.method.Occlusion;
import picocli.CommandLine.Mixin;

/** What the commands of experiments share that measure maps of an image's classes. */
abstract class ComparisonCommand extends ExperimentCommand {
  @Mixin ComparisonOptions comparison;

  /** What is compared, and how. */
  final Basis basis(LoadedModel loaded, Occlusion occlusion) {
    return new Basis(
        variants(loaded, occlusion),
        comparison.classes(),
        options.upsampling(),
        loaded.explainer());
  }
}
