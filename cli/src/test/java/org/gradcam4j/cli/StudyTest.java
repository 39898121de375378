package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies in YAML. */
class StudyTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("study.yaml"), text);
  }

  @Test
  void runsHaveTheirOwnOptionsAndThoseOfAll() throws IOException {
    Map<String, List<String>> runs =
        Study.read(
            file(
                """
                all:
                  data: shapes
                  method: [grad-cam, c-mwp]
                  limit: 2
                runs:
                  first:
                    experiment: localization
                  second:
                    experiment: faithfulness
                    method: cam
                    sensitivity: true
                """));
    assertThat(runs.get("first"))
        .containsExactly(
            "localization",
            "--data",
            "shapes",
            "--limit",
            "2",
            "--method",
            "grad-cam",
            "--method",
            "c-mwp");
    assertThat(runs.get("second"))
        .containsExactly(
            "faithfulness", "--data", "shapes", "--limit", "2", "--method", "cam", "--sensitivity");
  }

  @Test
  void aStudyIsKeptWithItsRuns() throws IOException {
    Path study =
        file(
            """
            runs:
              boxes: {experiment: localization, data: shapes, limit: 2}
            """);
    Path out = folder.resolve("out");
    Runs.gradcam("evaluate", "study", study, "--out", out).isOk();
    assertThat(out.resolve("study.yaml")).hasSameTextualContentAs(study);
    assertThat(out.resolve("boxes").resolve("summary.json")).isNotEmptyFile();
    file("runs:\n  boxes: {experiment: localization, data: shapes, limit: 3}\n");
    Runs.gradcam("evaluate", "study", study, "--out", out).isUsersMistake("is another study");
  }

  @Test
  void mistakesAreNamed() throws IOException {
    refused("runs: [", ":");
    refused("runs: {}", "expected 'runs:' with a name and options for each");
    refused("run: {a: {experiment: b}}", "expected 'runs:'");
    refused("runs: {'../x': {experiment: b}}", "expected a name of letters, digits, . _ -");
    refused("runs: {a: {data: b}}", "run 'a' has no 'experiment:'");
    refused("runs: {a: {experiment: b, out: c}}", "no 'out:' here");
    refused("runs: {a: {experiment: b, data: {c: d}}}", "expected a value, a list, true or false");
    refused("all: 3\nruns: {a: {experiment: b}}", "'all': expected the options of all runs");
    refused("runs: {a: {experiment: b}, a: {experiment: c}}", "Duplicate field 'a'");
    refused("runs:\n\ta: 1", "line 2, column 1");
  }

  @Test
  void aMistakeInTheLastRunIsToldBeforeTheFirst() throws IOException {
    Path out = folder.resolve("out");
    String first = "runs:\n  first: {experiment: pointing, data: shapes, limit: 1}\n";
    for (String mistake :
        List.of(
            "{experiment: pointin, data: shapes}",
            "{experiment: pointing}",
            "{experiment: pointing, data: shapes, nonsense: 1}",
            "{experiment: pointing, data: shapes, limit: few}")) {
      Path study = file(first + "  last: " + mistake + "\n");
      Runs.gradcam("evaluate", "study", study, "--out", out)
          .isUsersMistake(study + ": run 'last': ");
      assertThat(out).doesNotExist();
    }
    Path study = file(first);
    Runs.gradcam("evaluate", "study", study, "--out", study).isUsersMistake("is a file");
  }

  @Test
  void aListGivesAnOptionSeveralTimes() throws IOException {
    Path study =
        file(
            """
            runs:
              two:
                {experiment: pointing, data: shapes, limit: 20, only-class: [star, ring],
                 method: [grad-cam, eigen-cam]}
            """);
    Path out = folder.resolve("out");
    Runs.gradcam("evaluate", "study", study, "--out", out).isOk();
    assertThat(out.resolve("two/run.json"))
        .content()
        .contains("showing star or ring", "grad-cam", "eigen-cam");
  }

  private void refused(String text, String message) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> Study.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
