package org.gradcam4j.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.evaluation.experiment.Variant;
import org.gradcam4j.method.Occlusion;
import org.gradcam4j.zoo.store.WeightStore;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands of all experiments share. */
abstract class ExperimentCommand implements Callable<Integer> {
  @Option(
      names = "--method",
      paramLabel = "NAME,...",
      split = ",",
      hideParamSyntax = true,
      description = "Methods ('gradcam methods' lists them).",
      completionCandidates = ModelOptions.MethodNames.class)
  private List<String> methods;

  @Mixin EvaluationOptions options;
  @Spec private CommandSpec spec;

  /** The methods where none are named. */
  abstract List<String> defaultMethods(LoadedModel loaded);

  /** The experiment, once the network is known. */
  abstract Experiment experiment(LoadedModel loaded) throws IOException;

  /** The layers where none are named; none for the network's default. */
  List<String> layers(LoadedModel loaded) {
    return options.layers;
  }

  /** Closes what the experiment opened. */
  void close() {}

  /** The methods to compare. */
  final List<Variant> variants(LoadedModel loaded, Occlusion occlusion) {
    return Variants.of(
        methods == null ? defaultMethods(loaded) : methods,
        layers(loaded),
        loaded.explainer(),
        options.upsampling(),
        occlusion);
  }

  @Override
  public final Integer call() throws IOException, InterruptedException {
    try {
      return new Evaluation(options, spec.commandLine().getOut(), spec.commandLine().getErr())
          .run(this::experiment, WeightStore::standard);
    } finally {
      close();
    }
  }
}
