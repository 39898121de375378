package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.gradcam4j.evaluation.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a page of runs. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = {
      "Make one HTML page of runs, and their tables as Markdown, LaTeX and CSV beside it.",
      "",
      "The page needs nothing but its file: it opens offline and can be passed on. Runs of one"
          + " experiment stand side by side. A run that is not finished is reported as far as it"
          + " is."
    },
    footer = {
      "",
      "Examples:",
      "  gradcam report runs/localization",
      "  gradcam report runs/resnet50 runs/resnet18 --out comparison.html"
    })
final class ReportCommand implements Callable<Integer> {
  private static final String PAGE = "report.html";

  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description = "Folders that runs were written to.")
  private List<Path> runs;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE|DIR",
      description = {
        "The page, a name that ends in .html, or the folder for it (default: " + PAGE + " in the",
        "run's folder; of several runs, in this one)."
      })
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Path page = page();
    Report report = Report.read(runs);
    List<Path> written = new ArrayList<>();
    OutputFolder.write(page, () -> written.addAll(report.write(page)));
    String others =
        String.join(
            ", ", written.stream().skip(1).map(file -> file.getFileName().toString()).toList());
    spec.commandLine()
        .getOut()
        .println(
            (runs.size() == 1 ? "1 run" : runs.size() + " runs")
                + " -> "
                + page
                + " (beside it "
                + others
                + ")");
    return Gradcam.OK;
  }

  private Path page() {
    if (out == null) {
      return runs.size() == 1 ? runs.get(0).resolve(PAGE) : Path.of(PAGE);
    }
    boolean named = out.toString().matches("(?i).*\\.html?") && !Files.isDirectory(out);
    if (!named && Files.isRegularFile(out)) {
      throw new UserError(
          "--out " + out + " is a file: expected a folder, or a name that ends in .html");
    }
    return named ? out : out.resolve(PAGE);
  }
}
