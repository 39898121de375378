package org.gradcam4j.cli;

import java.util.List;
import org.gradcam4j.LayerInfo;
import org.gradcam4j.evaluation.experiment.Comparisons;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.method.Occlusion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Every layer from deep to shallow: localization, faithfulness, pointing and cost. */
@Command(
    name = "layers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description =
        "Every layer from deep to shallow: localization, faithfulness, pointing and cost.")
final class LayersExperimentCommand extends ComparisonCommand {
  @Mixin private BoxOptions box;
  @Mixin private OcclusionOptions occlusion;

  @Override
  List<String> defaultMethods() {
    return List.of("grad-cam", "layer-cam", "hires-cam");
  }

  @Override
  List<String> layers(LoadedModel loaded) {
    return options.layers.isEmpty()
        ? loaded.layers().stream().map(LayerInfo::name).toList()
        : options.layers;
  }

  @Override
  Experiment experiment(LoadedModel loaded) {
    Occlusion chosen = occlusion.occlusion(loaded.explainer().preprocessing());
    return Comparisons.layers(basis(loaded, chosen), box.rule(), comparison.scale(), chosen);
  }
}
