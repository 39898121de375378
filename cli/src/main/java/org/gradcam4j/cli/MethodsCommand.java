package org.gradcam4j.cli;

import java.util.ArrayList;
import java.util.List;
import org.gradcam4j.method.Methods;
import org.gradcam4j.text.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the attribution methods. */
@Command(
    name = "methods",
    mixinStandardHelpOptions = true,
    description = "List the methods: what their maps show, and where they were published.")
final class MethodsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("METHOD", "SHOWS", "PAPER"));
    for (Methods.Entry method : Methods.all()) {
      rows.add(List.of(method.name(), method.shows(), method.paper()));
    }
    TextTable.lines(rows).forEach(spec.commandLine().getOut()::println);
  }
}
