package org.gradcam4j.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.gradcam4j.evaluation.experiment.Localization;
import org.gradcam4j.zoo.store.WeightStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The paper's table 1. */
@Command(
    name = "localization",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "Weakly supervised localization by the rule of ILSVRC: the paper's table 1.")
final class LocalizationCommand implements Callable<Integer> {
  @Option(
      names = "--method",
      paramLabel = "NAME,...",
      split = ",",
      hideParamSyntax = true,
      description = "Methods ('gradcam methods' lists them; default: grad-cam).",
      completionCandidates = ModelOptions.MethodNames.class)
  private List<String> methods = List.of("grad-cam");

  @Mixin private EvaluationOptions options;
  @Mixin private BoxOptions box;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return new Evaluation(options, spec.commandLine().getOut(), spec.commandLine().getErr())
        .run(
            loaded ->
                new Localization(
                    Variants.of(methods, options.layers, loaded.explainer(), options.upsampling()),
                    box.rule(),
                    options.upsampling()),
            WeightStore::standard);
  }
}
