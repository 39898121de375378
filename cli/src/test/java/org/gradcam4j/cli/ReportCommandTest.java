package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.cli.Runs.gradcam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code gradcam report}; what is in a report is its own tests' business. */
class ReportCommandTest {
  @TempDir private Path folder;
  private Path run;

  @BeforeEach
  void aRun() throws IOException {
    run = Files.createDirectories(folder.resolve("run"));
    Files.writeString(
        run.resolve("run.json"),
        """
        {"format": 1, "experiment": "pointing", "title": "Pointing game", "description": "Hits.",
         "settings": {"tolerance": 15},
         "metrics": [{"name": "hits", "direction": "HIGHER", "unit": "PERCENT",
                      "aggregation": "MEAN", "definition": "Hits.", "source": "Nobody"}],
         "variants": ["grad-cam", "rise"], "published": [], "notes": [],
         "data": {"name": "shapes", "path": "", "classes": 2, "images": 1, "selection": "all",
                  "sha256": "", "problems": []},
         "network": {"name": "shapes", "sha256": "", "layer": "relu4_2", "parameters": 5,
                     "type": "float", "preprocessing": ""}}
        """);
    Files.writeString(run.resolve("images.txt"), "one\n");
    Files.writeString(
        run.resolve("records.jsonl"),
        """
        {"image": "one", "observations": [
          {"metric": "hits", "variant": "grad-cam", "group": "", "values": [100]},
          {"metric": "hits", "variant": "rise", "group": "", "values": [0]}]}
        """
                .replaceAll("\\R *", "")
            + "\n");
  }

  @Test
  void oneRunsReportIsInItsFolder() throws Exception {
    assertThat(gradcam("report", run).isOk().out())
        .startsWith("1 run -> " + run.resolve("report.html"))
        .contains("report.md", "report-figures.csv");
    assertThat(run.resolve("report.html")).content().contains("Pointing game", "grad-cam");
  }

  @Test
  void itGoesWhereItIsTold() {
    Path file = folder.resolve("pages/mine.html");
    gradcam("report", run, run, "--out", file).isOk();
    assertThat(file).content().contains("run (2)");
    assertThat(folder.resolve("pages/mine.tex")).exists();
    gradcam("report", run, "--out", folder.resolve("site")).isOk();
    assertThat(folder.resolve("site/report.html")).exists();
  }

  @Test
  void mistakesAreOneLine() throws Exception {
    gradcam("report").isUsersMistake("RUN");
    gradcam("report", folder).isUsersMistake("holds no run", "run.json");
    gradcam("report", run, "--out", run.resolve("run.json")).isUsersMistake("is a file");
    Files.writeString(run.resolve("records.jsonl"), "{\n");
    gradcam("report", run).isUsersMistake("records.jsonl:1");
  }
}
