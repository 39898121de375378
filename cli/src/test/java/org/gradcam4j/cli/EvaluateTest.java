package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.gradcam4j.Explainer;
import org.gradcam4j.Target;
import org.gradcam4j.TestData;
import org.gradcam4j.evaluation.data.AnnotatedImage;
import org.gradcam4j.evaluation.data.Datasets;
import org.gradcam4j.image.Npy;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.SaliencyMap;
import org.gradcam4j.zoo.Zoo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

/** {@code gradcam evaluate}. */
class EvaluateTest {
  @TempDir private Path folder;

  private JsonNode summary(String run) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(run).resolve("summary.json").toFile());
  }

  private double figure(String run, String name) throws IOException {
    JsonNode figure = summary(run).path("figures").path(name);
    assertThat(figure.isObject()).as(name).isTrue();
    return figure.get("value").asDouble();
  }

  @Test
  void theWholeHarnessOnShapes() throws Exception {
    Runs.Result result =
        Runs.gradcam(
            "evaluate", "all", "--data", "shapes", "--limit", "3", "--out", folder.toString());
    assertThat(result.code()).as(result.err()).isZero();
    for (String run :
        List.of(
            "localization",
            "faithfulness",
            "pointing",
            "layers",
            "methods",
            "discrimination",
            "failures",
            "sanity")) {
      assertThat(summary(run).get("failed").asInt()).as(run).isZero();
    }
    assertThat(folder.resolve("report.html")).isNotEmptyFile();
    assertThat(result.out())
        .contains("box.threshold: 0.15", "[1] VGG-16, ILSVRC-15 val")
        .containsPattern("grad-cam +0.\\d+ +\\[[^]]+]  0.254")
        .doesNotContain("{");
    assertThat(result.out().lines().filter(line -> !line.contains(folder.toString())))
        .allMatch(line -> line.length() <= 100);
    // The network knows the shapes, and its maps lie on them.
    assertThat(figure("localization", "classification-error-top5")).isZero();
    assertThat(figure("pointing", "pointing-game/grad-cam")).isEqualTo(100);
    // What was learned is gone: so are the maps.
    double trained = figure("sanity", "similarity-spearman/grad-cam@cascading to conv1_1");
    assertThat(trained).isBetween(-0.8, 0.8);
    assertThat(figure("faithfulness", "rank-correlation/grad-cam"))
        .isGreaterThan(figure("faithfulness", "rank-correlation/deconvnet"));
  }

  @Test
  void threadsChangeNothingAndARunIsResumed() throws Exception {
    Path other = folder.resolve("other");
    assertThat(localization(folder.resolve("run"), "1").code()).isZero();
    assertThat(localization(other, "3").code()).isZero();
    String summary = Files.readString(other.resolve("summary.json"));
    assertThat(Files.readString(folder.resolve("run").resolve("summary.json"))).isEqualTo(summary);
    Runs.Result again = localization(other, "2");
    assertThat(again.err()).contains("4 of them done before");
    assertThat(Files.readString(other.resolve("summary.json"))).isEqualTo(summary);
  }

  private static Runs.Result localization(Path out, String threads) {
    return Runs.gradcam(
        "evaluate",
        "localization",
        "--data",
        "shapes",
        "--limit",
        "4",
        "--threads",
        threads,
        "--out",
        out.toString());
  }

  @Test
  void mapsAreKeptOnRequest() throws Exception {
    Path run = folder.resolve("run");
    Object[] command = {
      "evaluate",
      "pointing",
      "--data",
      "shapes",
      "--limit",
      "2",
      "--method",
      "gradient",
      "--out",
      run
    };
    Runs.gradcam(command).isOk();
    assertThat(run.resolve("maps")).doesNotExist();
    List<Object> withMaps = new ArrayList<>(List.of(command));
    withMaps.add("--maps");
    Runs.gradcam(withMaps.toArray())
        .isUsersMistake("is another: maps is false there and true now; resume it with its own");
    withMaps.set(withMaps.indexOf(run), folder.resolve("other"));
    Runs.gradcam(withMaps.toArray()).isOk();
    AnnotatedImage image = Datasets.shapes(1, 2).images().get(0);
    String shape = Datasets.shapes(1, 2).classes().get(image.annotation().classes().get(0));
    Path array = folder.resolve("array.npy");
    Path file = folder.resolve("other").resolve("maps").resolve(image.id() + ".npz");
    try (ZipFile zip = new ZipFile(file.toFile());
        Explainer explainer = Zoo.find("shapes").load(DataType.FLOAT).explainer()) {
      assertThat(zip.size()).isEqualTo(image.annotation().classes().size());
      ZipEntry entry = zip.getEntry("gradient/" + shape + ".npy");
      Files.write(array, zip.getInputStream(entry).readAllBytes());
      SaliencyMap expected =
          explainer.explain(image.photo(), new Gradient(), Target.label(shape)).map();
      assertThat(Npy.read(array).shape()).isEqualTo(expected.shape());
      assertThat(Npy.read(array).floats()).containsExactly(expected.values(), within(1e-5f));
    }
  }

  @Test
  void choicesOfTheProtocolReachTheRun() throws Exception {
    Path run = folder.resolve("run");
    Runs.gradcam(
            "evaluate",
            "localization",
            "--data",
            "shapes",
            "--limit",
            "3",
            "--method",
            "gradient",
            "--smooth",
            "3",
            "--channels",
            "sum",
            "--score",
            "probability",
            "--difficult",
            "ignore",
            "--out",
            run)
        .isOk();
    JsonNode asked = new ObjectMapper().readTree(run.resolve("run.json").toFile());
    assertThat(asked.at("/settings/box/smoothing").asDouble()).isEqualTo(3);
    assertThat(asked.at("/settings/protocol/channels").asText()).isEqualTo("SUM");
    assertThat(asked.at("/settings/protocol/score").asText()).isEqualTo("PROBABILITY");
    assertThat(asked.at("/data/name").asText()).endsWith(" without difficult objects");
    assertThat(asked.at("/provenance/command").asText())
        .startsWith("gradcam evaluate localization --data shapes --limit 3 --method gradient");
  }

  @Test
  void costsAreTakenWithoutPictures() throws Exception {
    Path run = folder.resolve("run");
    Runs.gradcam(
            "evaluate",
            "pointing",
            "--data",
            "shapes",
            "--limit",
            "1",
            "--pictures",
            "0",
            "--out",
            run)
        .isOk();
    JsonNode record = new ObjectMapper().readTree(Files.readString(run.resolve("records.jsonl")));
    assertThat(record.at("/milliseconds/grad-cam").asDouble()).isPositive();
    assertThat(record.at("/pictures")).isEmpty();
  }

  /** All 1300 images, by the protocol of the figures that PyTorch gives. */
  @Test
  void figuresOnImageNet() throws Exception {
    Path images = TestData.require("ILSVRC");
    Path weights = TestData.require("weights/squeezenet1_1_imagenet.safetensors");
    Runs.Result result =
        Runs.gradcam(
            "evaluate",
            "localization",
            "--data",
            images.toString(),
            "--model",
            "squeezenet1_1",
            "--weights",
            weights.toString(),
            "--layer",
            "features.12",
            "--out",
            folder.resolve("run").toString());
    assertThat(result.code()).as(result.err()).isZero();
    // Of PyTorch's maps of the same images: each figure within 0.6 points.
    assertThat(figure("run", "localization-error-top1")).isBetween(56.3, 57.5);
    assertThat(figure("run", "localization-error-top5")).isBetween(43.2, 44.4);
    assertThat(figure("run", "classification-error-top1")).isBetween(32.8, 34.0);
    assertThat(figure("run", "classification-error-top5")).isBetween(11.3, 12.5);
  }

  @Test
  void mistakesAreNamed() {
    mistake(
        "--threshold, --connectivity or --smooth: a threshold of 2.0: expected a share",
        "--threshold",
        "2");
    mistake("--limit 0: expected at least 1", "--limit", "0");
    mistake("--threads 0: expected at least 1", "--threads", "0");
    mistake("no method 'grad-cm'; did you mean one of: grad-cam", "--method", "grad-cm");
  }

  private void mistake(String message, Object... options) {
    List<Object> command = new ArrayList<>(List.of("evaluate", "localization", "--data", "shapes"));
    command.addAll(List.of("--out", folder.resolve("x")));
    command.addAll(List.of(options));
    Runs.Result result = Runs.gradcam(command.toArray());
    assertThat(result.code()).isEqualTo(Gradcam.USAGE);
    assertThat(result.err()).contains(message);
    assertThat(folder.resolve("x")).doesNotExist();
  }
}
