package org.gradcam4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Heads: linear layers on a published network's features, for a data set's classes. */
@Command(
    name = "head",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = HeadTrainCommand.class,
    description =
        "Give a published network a head for another data set's classes: a linear layer with a"
            + " sigmoid a class on its features.",
    footer = {
      "",
      "Example:",
      "  gradcam head train --data VOCdevkit/VOC2007 --model resnet50 --out voc.zip"
    })
final class HeadCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Without a command: the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
