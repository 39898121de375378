package org.gradcam4j.cli;

import java.io.PrintWriter;
import org.gradcam4j.method.Methods;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Lists the methods. */
@Command(name = "methods", description = "Lists the methods that --method knows.")
final class MethodsCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-19s %-80s %s%n", "METHOD", "SHOWS", "PAPER");
    for (Methods.Entry method : Methods.all()) {
      out.printf("%-19s %-80s %s%n", method.name(), method.shows(), method.paper());
    }
  }
}
