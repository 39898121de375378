package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.cli.Runs.gradcam;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gradcam4j.zoo.store.WeightStore;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A head is trained, and its file explains without further options. */
class HeadTest {
  @TempDir private static Path folder;
  private static Path data;
  private static Path head;
  private static String report;

  @BeforeAll
  static void train() {
    data = folder.resolve("scenes");
    gradcam("dataset", "shapes", "--count", "150", "--out", data).isOk();
    head = folder.resolve("head.zip");
    report = gradcam("head", "train", "--data", data, "-m", "shapes", "--out", head).isOk().out();
  }

  @Test
  void theReportNamesClassesAndTheirMean() {
    assertThat(report)
        .contains("arrow", "of 30", "mean average precision", "on the 30 images of scenes val")
        .contains("AP BY 11 POINTS", "l2 ", "-> " + head);
    assertThat(folder.resolve("features")).isDirectoryContaining("glob:**.npy");
  }

  private static LoadedModel loaded(String model) throws IOException {
    return ModelSource.load(
        model, CommandLine.populateCommand(new ModelOptions()), WeightStore::standard);
  }

  @Test
  void explainAndLayersNeedNoOptions() throws IOException {
    assertThat(gradcam("layers", head).isOk().out()).contains("*  relu4_2");
    // Those of the published network, not every step.
    try (LoadedModel own = loaded(head.toString());
        LoadedModel published = loaded("shapes")) {
      assertThat(own.layers()).isNotEmpty().isEqualTo(published.layers());
    }
    Path maps = folder.resolve("maps");
    Path scene = data.resolve("JPEGImages/000000.jpg");
    Runs.Result result =
        gradcam("explain", scene, "--model", head, "--class", "ring", "-o", maps).isOk();
    assertThat(result.err()).isEmpty();
    // The data set's classes are in alphabetical order.
    assertThat(maps.resolve("000000.grad-cam.relu4_2.class6.overlay.png")).exists();
  }

  @Test
  void optionsSayOtherwise() throws IOException {
    Path labels = Files.write(folder.resolve("labels.txt"), List.of("a", "b", "c", "d", "e"));
    Path scene = data.resolve("JPEGImages/000000.jpg");
    gradcam("explain", scene, "--model", head, "--labels", labels, "-o", folder.resolve("m"))
        .isUsersMistake("--labels has 5 names");
    gradcam("explain", scene, "--model", head, "--size", "64", "-o", folder.resolve("m"))
        .isUsersMistake("64");
  }

  private static Path changed(String entry, String good, String bad) throws IOException {
    Path copy = Files.copy(head, Files.createTempDirectory(folder, "copy").resolve("bad.zip"));
    try (FileSystem zip = FileSystems.newFileSystem(copy)) {
      Path inside = zip.getPath(entry);
      String text = Files.readString(inside);
      assertThat(text).contains(good);
      Files.write(inside, text.replace(good, bad).getBytes(StandardCharsets.UTF_8));
    }
    return copy;
  }

  @Test
  void damagedFactsAreOneLine() throws IOException {
    String entry = "gradcam4j/network.json";
    gradcam("layers", changed(entry, "112", "0")).isUsersMistake("bad.zip", entry, "1x1");
    gradcam("layers", changed(entry, "{", "")).isUsersMistake("bad.zip", entry);
    gradcam("layers", changed(entry, "relu4_2", "relu9")).isUsersMistake("no layer 'relu9'");
    Path scene = data.resolve("JPEGImages/000000.jpg");
    gradcam("explain", scene, "-m", changed(entry, ", \"ring\"", ""), "-o", folder.resolve("m"))
        .isUsersMistake("the network's file has 9 names");
    gradcam("layers", changed(entry, "112", "16")).isUsersMistake("16x16");
  }

  @Test
  void mistakesAreOneLine() {
    Path out = folder.resolve("other.zip");
    gradcam("head", "train", "--data", data, "-m", "resnet81", "-o", out)
        .isUsersMistake("no network 'resnet81'");
    gradcam("head", "train", "--data", data, "-m", head, "-o", out)
        .isUsersMistake("expected the id");
    gradcam("head", "train", "--data", folder.resolve("none"), "-m", "shapes", "-o", out)
        .isUsersMistake("no such folder");
    gradcam("head", "train", "--data", data, "-m", "shapes", "-o", folder)
        .isUsersMistake("is a folder");
    gradcam("head", "train", "--data", data, "-m", "shapes", "-o", out, "--features", "pool9")
        .isUsersMistake("no layer 'pool9'", "pool4");
    gradcam("head", "train", "--data", data, "-m", "shapes", "-o", out, "--l2", "0")
        .isUsersMistake("--l2 0.0");
    gradcam("head", "train", "--data", data, "-m", "shapes", "-o", out, "--split", "test")
        .isUsersMistake("test");
    gradcam("head", "train", "--data", data, "-m", "shapes", "-o", out, "--pooling", "max")
        .isUsersMistake("--pooling");
    gradcam("head", "train", "--data", data, "-m", "shapes", "-o", out, "--cache", head)
        .isUsersMistake("--cache " + head + " is a file: expected a folder");
    assertThat(out).doesNotExist();
    assertThat(gradcam("head").isOk().out()).contains("train");
  }
}
