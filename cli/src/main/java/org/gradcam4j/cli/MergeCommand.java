package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.gradcam4j.evaluation.run.Run;
import org.gradcam4j.evaluation.run.RunMerge;
import org.gradcam4j.evaluation.run.Summary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes one run of several. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    description = {
      "Make one run of several on parts of a data set, and print its figures.",
      "",
      "The runs are of the same experiment, settings and network: a data set measured on several"
          + " machines, each with its own list --images. Figures are those of one run over all"
          + " these images. An image that several runs have counts once.",
      "A run that is not finished is merged as far as it is; the experiment's command over all"
          + " these images, with the merged run as --out, measures the rest."
    },
    footer = {"", "Example:", "  gradcam evaluate merge runs/part-1 runs/part-2 --out runs/whole"})
final class MergeCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "RUN",
      arity = "2..*",
      description = "Folders that runs were written to.")
  private List<Path> runs;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "RUN",
      description = "The merged run's folder, new or empty.")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Run run = RunMerge.merge(runs, out);
    Summary summary = run.summary();
    Figures.print(spec.commandLine().getOut(), run, summary);
    int missing = run.missing().size();
    if (missing > 0) {
      spec.commandLine()
          .getErr()
          .printf(
              "gradcam: %d of %d images have no record yet: these are the figures of the others,"
                  + " and there is no summary.json before all are measured%n",
              missing, run.ids().size());
    }
    return missing + summary.failed() > 0 ? Gradcam.SOME_FAILED : Gradcam.OK;
  }
}
