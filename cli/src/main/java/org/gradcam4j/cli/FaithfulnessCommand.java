package org.gradcam4j.cli;

import java.util.List;
import org.gradcam4j.evaluation.experiment.Comparisons;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.evaluation.experiment.RankMeasure.Grid;
import org.gradcam4j.method.Occlusion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rank correlation of maps with occlusion: the paper's section on faithfulness. */
@Command(
    name = "faithfulness",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Rank correlation of maps with occlusion: the paper's section on faithfulness.")
final class FaithfulnessCommand extends ComparisonCommand {
  @Option(
      names = "--grid",
      paramLabel = "input|occlusion",
      defaultValue = "input",
      description =
          "Where maps are compared with occlusion's: at the network's input, or on occlusion's places"
              + " (default: input).")
  private String grid;

  @Option(
      names = "--sensitivity",
      description =
          "Take the figure also by other correlations and with other patches, strides, fills, grids"
              + " and classes; several times as slow.")
  private boolean sensitivity;

  @Mixin private OcclusionOptions occlusion;

  @Override
  List<String> defaultMethods() {
    return List.of("grad-cam", "guided-grad-cam", "guided-backprop", "deconvnet", "c-mwp", "cam");
  }

  @Override
  Experiment experiment(LoadedModel loaded) {
    Occlusion chosen = occlusion.occlusion(loaded.explainer().preprocessing());
    return Comparisons.faithfulness(
        basis(loaded, chosen), chosen, Words.of("--grid", grid, Grid.class), sensitivity);
  }
}
