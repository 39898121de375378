package org.gradcam4j.cli;

import java.io.PrintWriter;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Lists the networks. */
@Command(
    name = "models",
    description = {
      "Lists the networks that --model knows by name.",
      "A Deeplearning4j model file of your own needs no entry here: --model FILE.zip."
    })
final class ModelsCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%-14s %-16s %12s %9s  %-13s %s%n",
        "MODEL", "NAME", "PARAMETERS", "INPUT", "LAYER", "PAPER");
    for (NetworkAdapter model : Zoo.models()) {
      Preprocessing input = model.preprocessing();
      out.printf(
          "%-14s %-16s %,12d %9s  %-13s %s%n",
          model.id(),
          model.title(),
          model.parameters(),
          input.height() + "x" + input.width(),
          model.defaultLayer(),
          model.paper());
    }
  }
}
