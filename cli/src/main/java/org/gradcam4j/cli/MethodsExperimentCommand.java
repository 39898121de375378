package org.gradcam4j.cli;

import java.util.List;
import org.gradcam4j.evaluation.experiment.Comparisons;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.method.Occlusion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** All methods at a layer by all metrics and time: which should I use? */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "All methods at a layer by all metrics and time: which should I use?",
      "Those that need hundreds of passes an image (RISE, Score-CAM, Ablation-CAM, SmoothGrad,"
          + " integrated gradients) take part where --method names them."
    })
final class MethodsExperimentCommand extends ComparisonCommand {
  @Mixin private BoxOptions box;
  @Mixin private OcclusionOptions occlusion;

  @Override
  List<String> defaultMethods() {
    return Variants.fast();
  }

  @Override
  Experiment experiment(LoadedModel loaded) {
    Occlusion chosen = occlusion.occlusion(loaded.explainer().preprocessing());
    return Comparisons.methods(basis(loaded, chosen), box.rule(), comparison.scale(), chosen);
  }
}
