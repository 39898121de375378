package org.gradcam4j.cli;

import java.util.List;
import org.gradcam4j.evaluation.experiment.Comparisons.Basis;
import org.gradcam4j.evaluation.experiment.Variant;
import org.gradcam4j.method.Occlusion;
import picocli.CommandLine.Mixin;

/** What the commands of experiments share that measure maps of an image's classes. */
abstract class ComparisonCommand extends ExperimentCommand {
  @Mixin ComparisonOptions comparison;

  /** What is compared, and how. */
  final Basis basis(LoadedModel loaded) {
    return basis(loaded, variants(loaded));
  }

  /**
   * What is compared, and how.
   *
   * @param occlusion occlusion with its options, where it is among the methods
   */
  final Basis basis(LoadedModel loaded, Occlusion occlusion) {
    return basis(loaded, variants(loaded, occlusion));
  }

  private Basis basis(LoadedModel loaded, List<Variant> variants) {
    return new Basis(variants, comparison.classes(), options.protocol(), loaded.explainer());
  }
}
