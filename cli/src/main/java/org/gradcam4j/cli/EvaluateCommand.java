package org.gradcam4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the paper's experiments. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "EXPERIMENT",
    description = {
      "Run one of the paper's experiments on your data, and print its figures with their intervals.",
      "",
      "A run lies in a folder: what was asked for, a record an image, and summary.json. The same"
          + " command resumes it where it was stopped; figures do not depend on that or on the"
          + " number of threads. An image whose photo or annotation is broken is named, counted and"
          + " left out; the same command tries it again.",
      "",
      "The network must have the data set's classes: 'gradcam head train' makes one for PASCAL VOC's"
          + " and others."
    },
    subcommands = {
      LocalizationCommand.class,
      FaithfulnessCommand.class,
      PointingCommand.class,
      LayersExperimentCommand.class,
      MethodsExperimentCommand.class,
      DiscriminationCommand.class,
      FailuresCommand.class,
      SanityCommand.class,
      AllCommand.class,
      StudyCommand.class,
      MergeCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  The whole harness on scenes that gradcam draws:",
      "    gradcam evaluate all --data shapes --out runs",
      "  The paper's table 1, with a network and images of yours:",
      "    gradcam evaluate localization --data ILSVRC --model resnet50 \\",
      "      --method grad-cam,gradient,c-mwp --out runs/localization",
      "  The page of figures, plots and pictures:",
      "    gradcam report runs/localization"
    })
final class EvaluateCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Without an experiment: the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
