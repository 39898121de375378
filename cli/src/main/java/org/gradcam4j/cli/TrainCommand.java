package org.gradcam4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.gradcam4j.evaluation.shapes.ShapesTraining;
import org.gradcam4j.evaluation.shapes.ShapesTraining.Options;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains the network that ships with the project again. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "Train the network that ships with gradcam again, from scenes that it draws.",
      "The defaults are those of the weights that ship; they take a good while."
    },
    footer = {
      "",
      "Examples:",
      "  gradcam train shapes --out my-shapes.safetensors",
      "  gradcam explain scene.png --weights my-shapes.safetensors"
    })
final class TrainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "The network: shapes.")
  private String name;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      defaultValue = "shapes.safetensors",
      description = "Where the weights go (default: shapes.safetensors).")
  private Path out;

  @Option(names = "--seed", paramLabel = "N", description = "Of scenes and first weights.")
  private Long seed;

  @Option(
      names = "--close-ups",
      paramLabel = "N",
      description = "How many small scenes of one object it sees first.")
  private Integer closeUps;

  @Option(names = "--scenes", paramLabel = "N", description = "How many scenes it sees then.")
  private Integer scenes;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description = "How many other scenes judge it at the end.")
  private Integer heldOut;

  @Mixin private DeviceOption device;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    DatasetCommand.requireShapes(name, "network to train");
    // Before an hour of training, not after.
    if (Files.isDirectory(out)) {
      throw new UserError("--out " + out + " is a folder: expected the name of a file");
    }
    Path folder = out.toAbsolutePath().getParent();
    new OutputFolder(folder);
    device.use(spec.commandLine().getErr());
    Options defaults = Options.defaults();
    Options options =
        new Options(
            seed == null ? defaults.seed() : seed,
            closeUps == null ? defaults.closeUps() : closeUps,
            scenes == null ? defaults.scenes() : scenes,
            defaults.batch(),
            defaults.learningRate(),
            heldOut == null ? defaults.heldOut() : heldOut);
    PrintWriter written = spec.commandLine().getOut();
    ShapesTraining.Result result;
    try (Progress progress = new Progress(spec.commandLine().getErr(), "training")) {
      result =
          ShapesTraining.run(
              options,
              (seen, of, loss, secondsLeft) ->
                  progress.show((double) seen / of, String.format(Locale.ROOT, "loss %.3f", loss)));
    }
    OutputFolder.write(out, () -> result.write(out));
    result.report().lines().forEach(written::println);
    written.println(
        String.format(
            Locale.ROOT,
            "trained in %.0f s (%.0f s of processor time) -> %s",
            result.seconds(),
            result.cpuSeconds(),
            out));
    return Gradcam.OK;
  }
}
