package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.gradcam4j.file.Atomically;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs what a file describes. */
@Command(
    name = "study",
    mixinStandardHelpOptions = true,
    description = {
      "Run all that a YAML file describes; the file is kept with the runs.",
      "",
      "Options have their names on the command line, without hyphens before them; those of 'all' are"
          + " every run's that has no other. The same command goes on where it was stopped:",
      "",
      "  all:",
      "    data: ILSVRC",
      "    method: [grad-cam, c-mwp]",
      "  runs:",
      "    resnet50:",
      "      experiment: localization",
      "      model: resnet50",
      "    resnet18:",
      "      experiment: localization",
      "      model: resnet18"
    })
final class StudyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The study.")
  private Path file;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "Each run's folder is there, under its name.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UserError("no such file: " + file);
    }
    Map<String, String[]> runs = new LinkedHashMap<>();
    Study.read(file).forEach((name, options) -> runs.put(name, arguments(name, options)));
    // A mistake in the last run is told before the hours of the first.
    runs.forEach(this::check);
    new OutputFolder(out);
    Path kept = out.resolve("study.yaml");
    byte[] study = Files.readAllBytes(file);
    if (Files.exists(kept) && !java.util.Arrays.equals(Files.readAllBytes(kept), study)) {
      throw new UserError(
          kept + " is another study: choose another folder, or run that file to go on with it");
    }
    Atomically.write(kept, stream -> stream.write(study));
    int code = Gradcam.OK;
    for (Map.Entry<String, String[]> run : runs.entrySet()) {
      spec.commandLine().getErr().println("gradcam: " + run.getKey());
      int own =
          Gradcam.run(spec.commandLine().getOut(), spec.commandLine().getErr(), run.getValue());
      code = Math.max(code, own);
      spec.commandLine().getOut().println();
    }
    return code;
  }

  private String[] arguments(String name, List<String> options) {
    return Stream.of(List.of("evaluate"), options, List.of("--out", out.resolve(name).toString()))
        .flatMap(List::stream)
        .toArray(String[]::new);
  }

  private void check(String name, String[] arguments) {
    Optional<String> mistake = Gradcam.mistake(arguments);
    if (mistake.isPresent()) {
      throw new UserError("%s: run '%s': %s".formatted(file, name, mistake.get()));
    }
  }
}
