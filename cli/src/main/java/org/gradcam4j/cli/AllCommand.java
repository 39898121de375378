package org.gradcam4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Every experiment, one after the other. */
@Command(
    name = "all",
    mixinStandardHelpOptions = true,
    description = {
      "Run every experiment with its own defaults, each in a folder of its name, and write a report"
          + " of all.",
      "Other options, such as --model and --weights, are those of the experiments."
    },
    footer = {"", "Example:", "  gradcam evaluate all --data shapes --out runs"})
final class AllCommand implements Callable<Integer> {
  /** The whole harness in a minute or two. */
  private static final int SCENES = 8;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "Where the runs' folders and report.html are.")
  private Path out;

  @Option(
      names = {"-d", "--data"},
      required = true,
      paramLabel = "DIR|shapes",
      description = "The data set, as for the experiments.")
  private String data;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only so many images, drawn by --seed (shapes: so many scenes; default: 8).")
  private Integer limit;

  /** Other options of every experiment. */
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    int code = Gradcam.OK;
    List<String> report = new ArrayList<>(List.of("report"));
    for (String experiment : experiments()) {
      String run = out.resolve(experiment).toString();
      List<String> command = new ArrayList<>(List.of("evaluate", experiment));
      command.addAll(List.of("--data", data));
      if (limit != null || data.equals(DataOptions.SHAPES)) {
        command.addAll(List.of("--limit", Integer.toString(limit == null ? SCENES : limit)));
      }
      command.addAll(arguments);
      command.addAll(List.of("--out", run));
      int own = run(command);
      if (own >= Gradcam.USAGE) {
        return own;
      }
      code = Math.max(code, own);
      report.add(run);
      spec.commandLine().getOut().println();
    }
    report.addAll(List.of("--out", out.resolve("report.html").toString()));
    return Math.max(code, run(report));
  }

  /** Those of {@link EvaluateCommand}, in its order. */
  private List<String> experiments() {
    return spec.parent().subcommands().entrySet().stream()
        .filter(command -> command.getValue().getCommand() instanceof ExperimentCommand)
        .map(Map.Entry::getKey)
        .toList();
  }

  private int run(List<String> command) {
    return Gradcam.run(
        spec.commandLine().getOut(), spec.commandLine().getErr(), command.toArray(String[]::new));
  }
}
