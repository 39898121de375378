package org.gradcam4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.gradcam4j.LayerInfo;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists a network's layers. */
@Command(
    name = "layers",
    description = {
      "Lists a network's layers that --layer knows, from deep to shallow.",
      "* marks the one that is used when --layer is not given."
    })
final class LayersCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A network of 'gradcam models', or a Deeplearning4j model file (.zip).")
  private String model;

  @Option(names = "--size", paramLabel = "PIXELS", description = "For a model file: its input.")
  private Integer size;

  @Option(names = "--all", description = "Every layer with space, not only the usual ones.")
  private boolean all;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (ModelOptions.Model network = ModelOptions.of(model, size).withoutWeights()) {
      String usual = network.explainer().defaultLayer();
      out.printf("  %-28s %-22s %s%n", "LAYER", "KIND", "CHANNELS x HEIGHT x WIDTH");
      for (LayerInfo layer : network.explainer().layers()) {
        if (all || network.layers().contains(layer.name())) {
          out.printf(
              "%s %-28s %-22s %d x %d x %d%n",
              layer.name().equals(usual) ? "*" : " ",
              layer.name(),
              layer.kind(),
              layer.channels(),
              layer.height(),
              layer.width());
        }
      }
    }
    return 0;
  }
}
