package org.gradcam4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    footer = {
      "",
      "Examples:",
      "  gradcam evaluate all --data shapes --out runs",
      "  gradcam evaluate all --data VOCdevkit --model resnet50-voc.zip --limit 200 \\",
      "    --out runs/voc"
    })
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
    // An option that an experiment does not know is told before the hours of those that do.
    for (String experiment : experiments()) {
      Optional<String> mistake = Gradcam.mistake(command(experiment));
      if (mistake.isPresent()) {
        throw new UserError("evaluate " + experiment + ": " + mistake.get());
      }
    }
    int code = Gradcam.OK;
    List<String> report = new ArrayList<>(List.of("report"));
    for (String experiment : experiments()) {
      int own = run(command(experiment));
      if (own >= Gradcam.USAGE) {
        return own;
      }
      code = Math.max(code, own);
      // There is no folder where no image takes part.
      if (Files.isDirectory(out.resolve(experiment))) {
        report.add(out.resolve(experiment).toString());
      }
      spec.commandLine().getOut().println();
    }
    if (report.size() == 1) {
      return code;
    }
    report.addAll(List.of("--out", out.resolve("report.html").toString()));
    return Math.max(code, run(report.toArray(String[]::new)));
  }

  private String[] command(String experiment) {
    List<String> command = new ArrayList<>(List.of("evaluate", experiment, "--data", data));
    if (limit != null || data.equals(DataOptions.SHAPES)) {
      command.addAll(List.of("--limit", Integer.toString(limit == null ? SCENES : limit)));
    }
    command.addAll(arguments);
    command.addAll(List.of("--out", out.resolve(experiment).toString()));
    return command.toArray(String[]::new);
  }

  /** Those of {@link EvaluateCommand}, in its order. */
  private List<String> experiments() {
    return spec.parent().subcommands().entrySet().stream()
        .filter(command -> command.getValue().getCommand() instanceof ExperimentCommand)
        .map(Map.Entry::getKey)
        .toList();
  }

  private int run(String... command) {
    return Gradcam.run(spec.commandLine().getOut(), spec.commandLine().getErr(), command);
  }
}
