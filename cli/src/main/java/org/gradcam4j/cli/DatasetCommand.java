package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.gradcam4j.evaluation.shapes.ShapesDataset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes data sets. */
@Command(name = "dataset", description = "Makes data sets.", synopsisSubcommandLabel = "COMMAND")
final class DatasetCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "shapes",
      description = "Draws scenes of textured shapes with exact boxes, in PASCAL VOC's layout.")
  int shapes(
      @Option(
              names = "--seed",
              paramLabel = "NUMBER",
              defaultValue = "1",
              description = "The same seed draws the same scenes. Default: 1.")
          long seed,
      @Option(
              names = "--count",
              paramLabel = "NUMBER",
              defaultValue = "1000",
              description = "How many scenes. Default: 1000.")
          int count,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              required = true,
              description = "A folder that is not there yet, or empty.")
          Path out)
      throws IOException {
    Progress progress = new Progress(spec.commandLine().getErr(), "drawing");
    ShapesDataset.write(
        out, seed, count, n -> progress.at(n / (double) count, "(" + n + " scenes)"));
    progress.end();
    spec.commandLine().getOut().println(count + " scenes in " + out);
    return 0;
  }
}
