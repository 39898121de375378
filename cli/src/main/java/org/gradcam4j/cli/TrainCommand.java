package org.gradcam4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.gradcam4j.evaluation.shapes.ShapesTraining;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains networks. */
@Command(name = "train", description = "Trains networks.", synopsisSubcommandLabel = "COMMAND")
final class TrainCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "shapes",
      description = {
        "Trains the built-in network anew on drawn scenes, which takes minutes, and says what it is"
            + " worth on scenes that it never saw."
      })
  int shapes(
      @Option(
              names = "--out",
              paramLabel = "FILE",
              defaultValue = "shapes.safetensors",
              description = "Where the weights go. Default: ${DEFAULT-VALUE}.")
          Path out,
      @Option(
              names = "--seed",
              paramLabel = "NUMBER",
              description = "Of scenes and first weights. Default: that of the built-in network.")
          Long seed,
      @Option(
              names = "--scenes",
              paramLabel = "NUMBER",
              description = "How many scenes it sees. Default: as the built-in network.")
          Integer scenes)
      throws IOException {
    ShapesTraining.Options usual = ShapesTraining.Options.defaults();
    ShapesTraining.Options options =
        new ShapesTraining.Options(
            seed == null ? usual.seed() : seed,
            scenes == null ? usual.scenes() : scenes,
            usual.batch(),
            usual.learningRate(),
            usual.heldOut());
    PrintWriter console = spec.commandLine().getOut();
    Progress progress = new Progress(spec.commandLine().getErr(), "training");
    ShapesTraining.Result result =
        ShapesTraining.run(
            options,
            (seen, of, loss, left) ->
                progress.at(seen / (double) of, "(%d scenes, loss %.3f)".formatted(seen, loss)));
    progress.end();
    result.write(out);
    result.report().lines().forEach(console::println);
    console.printf("trained in %.0f s; weights in %s%n", result.seconds(), out);
    console.printf("use them: gradcam explain IMAGE --model shapes --weights %s%n", out);
    return 0;
  }
}
