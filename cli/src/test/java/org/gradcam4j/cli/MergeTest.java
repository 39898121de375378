package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.cli.Runs.gradcam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gradcam evaluate merge}; what may be merged is its own tests' business. */
class MergeTest {
  @TempDir private Path folder;

  private Path run(String name, String... ids) throws IOException {
    return run(folder.resolve(name), name, ids);
  }

  /** The run of the images in a list, or what is left of it. */
  private static Runs.Result pointing(Path list, Path out) {
    return gradcam(
        "evaluate",
        "pointing",
        "--data",
        "shapes",
        "--limit",
        "8",
        "--method",
        "grad-cam,gradient",
        "--images",
        list,
        "--out",
        out);
  }

  private Path run(Path out, String name, String... ids) throws IOException {
    Path list = Files.write(folder.resolve(name + ".txt"), List.of(ids));
    pointing(list, out).isOk();
    return out;
  }

  private static String summary(Path run) throws IOException {
    return Files.readString(run.resolve("summary.json"));
  }

  @Test
  void partsAreOneRun() throws Exception {
    Path whole = run("whole", "000000", "000001", "000003", "000004", "000006");
    Path one = run("one", "000006", "000000", "000003");
    Path two = run("two", "000003", "000001", "000004");
    Path merged = folder.resolve("merged");
    Runs.Result result = gradcam("evaluate", "merge", one, two, "--out", merged).isOk();
    assertThat(result.out())
        .contains("pointing-game", "5 images measured, 0 failed, 0 odd -> " + merged);
    assertThat(summary(merged)).isEqualTo(summary(whole));
    gradcam("report", merged).isOk();
    assertThat(merged.resolve("report.html"))
        .content()
        .contains("merged from 2 runs", "3 images: 3 of 8, listed in two.txt")
        .doesNotContain("not finished");
    gradcam("evaluate", "merge", one, two, "--out", merged).isUsersMistake("is not empty");
    gradcam("evaluate", "merge", one, "--out", folder.resolve("x")).isUsersMistake("RUN");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void whatIsMissingIsMeasuredByTheExperimentsCommand() throws Exception {
    Path whole = run("whole", "000000", "000001", "000002");
    Path one = run("one", "000000", "000001");
    Path two = run("two", "000002");
    Path records = one.resolve("records.jsonl");
    Files.writeString(records, Files.readString(records).lines().findFirst().orElseThrow() + "\n");
    Path merged = folder.resolve("merged");
    Runs.Result result = gradcam("evaluate", "merge", two, one, "--out", merged);
    assertThat(result.code()).isEqualTo(Gradcam.SOME_FAILED);
    assertThat(result.err()).contains("1 of 3 images have no record yet").hasLineCount(1);
    assertThat(merged.resolve("summary.json")).doesNotExist();
    run(merged, "all", "000000", "000001", "000002");
    assertThat(summary(merged)).isEqualTo(summary(whole));
  }

  @Test
  void damageIsNamedToWhomeverReads() throws Exception {
    Path one = run("one", "000000");
    Files.writeString(one.resolve("records.jsonl"), "\nnull\n");
    String place = one.resolve("records.jsonl") + ":1 is no record (the line is empty)";
    gradcam("report", one).isUsersMistake(place);
    gradcam("evaluate", "merge", one, one, "--out", folder.resolve("x")).isUsersMistake(place);
    Runs.Result resumed = pointing(folder.resolve("one.txt"), one);
    resumed.isUsersMistake(place);
  }
}
