package org.gradcam4j.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.text.TextTable;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the networks that have an adapter. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "List the networks that are known by name.",
    footer = {"", "Any other Deeplearning4j network: gradcam explain photo.jpg --model FILE.zip"})
final class ModelsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("ID", "NETWORK", "PARAMETERS", "INPUT", "DEFAULT LAYER", "PAPER"));
    for (NetworkAdapter model : Zoo.models()) {
      Preprocessing preprocessing = model.preprocessing();
      rows.add(
          List.of(
              model.id(),
              model.title(),
              String.format(Locale.ROOT, "%,d", model.parameters()),
              preprocessing.height() + "x" + preprocessing.width(),
              model.defaultLayer(),
              model.paper()));
    }
    TextTable.lines(rows).forEach(out::println);
  }
}
