package org.gradcam4j.cli;

import java.io.IOException;
import java.util.ArrayList;
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
      description = "Methods ('gradcam methods' lists them; default: see below).",
      completionCandidates = ModelOptions.MethodNames.class)
  private List<String> methods;

  @Mixin EvaluationOptions options;
  private final List<String> leftOut = new ArrayList<>();
  private CommandSpec spec;

  /** Its help names the default methods. */
  @Spec
  void use(CommandSpec own) {
    spec = own;
    own.usageMessage()
        .footer(
            "",
            "Methods where none are named, as far as the network fits them:",
            "  " + String.join(", ", defaultMethods()));
  }

  /** The methods where none are named, as far as the network fits them. */
  abstract List<String> defaultMethods();

  /** The experiment, once the network is known. */
  abstract Experiment experiment(LoadedModel loaded) throws IOException;

  /** The layers where none are named; none for the network's default. */
  List<String> layers(LoadedModel loaded) {
    return options.layers;
  }

  private Experiment announced(LoadedModel loaded) throws IOException {
    Experiment experiment = experiment(loaded);
    leftOut.forEach(spec.commandLine().getErr()::println);
    return experiment;
  }

  /** Closes what the experiment opened. */
  void close() {}

  /** The methods to compare. */
  final List<Variant> variants(LoadedModel loaded) {
    return variants(loaded, new Occlusion().at(loaded.explainer().preprocessing().height()));
  }

  /**
   * The methods to compare.
   *
   * @param occlusion occlusion with its options, where it is among them
   */
  final List<Variant> variants(LoadedModel loaded, Occlusion occlusion) {
    List<String> layers = layers(loaded);
    layers.forEach(loaded::spatial);
    List<String> chosen = methods == null ? fitting(loaded, layers, occlusion) : methods;
    return Variants.of(chosen, layers, loaded, options.upsampling(), occlusion);
  }

  /** The default methods but those that have no map for this network. */
  private List<String> fitting(LoadedModel loaded, List<String> layers, Occlusion occlusion) {
    List<String> fitting = new ArrayList<>();
    for (String method : defaultMethods()) {
      try {
        Variants.of(List.of(method), layers, loaded, options.upsampling(), occlusion);
        fitting.add(method);
      } catch (IllegalArgumentException e) {
        leftOut.add("gradcam: left out: " + e.getMessage());
      }
    }
    return fitting;
  }

  @Override
  public final Integer call() throws IOException, InterruptedException {
    try {
      return new Evaluation(
              options,
              spec.root().commandLine().getParseResult().originalArgs(),
              spec.commandLine().getOut(),
              spec.commandLine().getErr())
          .run(this::announced, WeightStore::standard);
    } finally {
      close();
    }
  }
}
