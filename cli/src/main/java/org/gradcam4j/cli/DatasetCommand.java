package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.gradcam4j.evaluation.shapes.ShapesDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a data set that the project draws itself. */
@Command(
    name = "dataset",
    mixinStandardHelpOptions = true,
    description = {
      "Write a data set that needs no download.",
      "",
      "shapes: scenes of geometric shapes with exact boxes, in the layout of PASCAL VOC."
    },
    footer = {"", "Example:", "  gradcam dataset shapes --count 500 --out scenes"})
final class DatasetCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The data set: shapes.")
  private String name;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed gives the same scenes (default: 1).")
  private long seed;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many scenes (default: 1000).")
  private int count;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      required = true,
      description = "The folder to make, new or empty.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    requireShapes(name, "data set");
    try (Progress progress = new Progress(spec.commandLine().getErr(), "drawing scenes")) {
      ShapesDataset.write(
          out, seed, count, done -> progress.show((double) done / count, done + " of " + count));
    }
    spec.commandLine().getOut().println(count + " scenes -> " + out);
    return Gradcam.OK;
  }

  static void requireShapes(String name, String what) {
    if (!name.equals(ModelSource.DEFAULT)) {
      throw new UserError("no " + what + " '" + name + "': there is one, shapes");
    }
  }
}
