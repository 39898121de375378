package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.cli.Runs.gradcam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gradcam evaluate} with what users give by mistake: one line, and nothing is begun. */
class EvaluateWrongInputTest {
  @TempDir private Path folder;
  private Path data;
  private Path out;

  /** Six scenes in PASCAL VOC's layout, which the shipped network knows. */
  @BeforeEach
  void scenes() throws IOException {
    data = folder.resolve("scenes");
    out = folder.resolve("run");
    gradcam("dataset", "shapes", "--count", "6", "--out", data).isOk();
    Files.copy(list("trainval"), list("six"));
  }

  private Path list(String split) {
    return data.resolve("ImageSets/Main/" + split + ".txt");
  }

  private Path xml(int scene) {
    return data.resolve("Annotations/00000" + scene + ".xml");
  }

  private Path photo(int scene) {
    return data.resolve("JPEGImages/00000" + scene + ".jpg");
  }

  private Runs.Result pointing(Object... options) {
    List<Object> command = new ArrayList<>(List.of("evaluate", "pointing", "--data", data));
    command.addAll(List.of("--split", "six", "--out", out));
    command.addAll(List.of(options));
    return gradcam(command.toArray());
  }

  private void refused(String message, Object... options) {
    pointing(options).isUsersMistake(message);
    assertThat(out).doesNotExist();
  }

  private static void replace(Path file, String pattern, String text) throws IOException {
    String before = Files.readString(file);
    String after = before.replaceFirst(pattern, text);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(file, after);
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(out.resolve("summary.json").toFile());
  }

  @Test
  void brokenEntriesAreNamedAndCountedAndEndNothing() throws IOException {
    byte[] whole = Files.readAllBytes(photo(0));
    Files.write(photo(0), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(photo(1), "no photo");
    Files.writeString(xml(2), "<annotation>\n<object>\n");
    replace(xml(3), "<xmax>\\d+", "<xmax>9999");
    replace(xml(4), "<name>\\w+", "<name>dragon");
    Files.writeString(list("six"), Files.readString(list("six")) + "none\n");

    Runs.Result result = pointing("--method", "grad-cam");

    assertThat(result.code()).as(result.err()).isEqualTo(Gradcam.SOME_FAILED);
    assertThat(result.err())
        .contains(list("six") + ":7: 'none' has no photo in JPEGImages")
        .contains("gradcam: 000000: cannot read the photo " + photo(0) + ": ")
        .contains("gradcam: 000001: cannot read the photo " + photo(1) + ": ")
        .contains("gradcam: 000002: " + xml(2) + ":")
        .contains("gradcam: " + xml(3) + ":", "reaches out of the photo")
        .contains("gradcam: " + xml(4) + ":", "unknown class 'dragon'")
        .doesNotContain("\tat ");
    assertThat(summary().get("images").asInt()).isEqualTo(6);
    assertThat(summary().get("measured").asInt()).isEqualTo(3);
    assertThat(summary().get("failed").asInt()).isEqualTo(3);
    assertThat(summary().get("remarked").asInt()).isEqualTo(2);

    // Put right, the same command measures what failed, and that alone.
    Files.write(photo(0), whole);
    assertThat(pointing("--method", "grad-cam").err()).contains("3 of them done before");
    assertThat(summary().get("measured").asInt()).isEqualTo(4);
  }

  @Test
  void ofManyOddImagesTheFirstAreTold() throws IOException {
    Path many = folder.resolve("many");
    gradcam("dataset", "shapes", "--count", "12", "--out", many).isOk();
    Files.copy(many.resolve("ImageSets/Main/trainval.txt"), many.resolve("ImageSets/Main/all.txt"));
    for (int i = 0; i < 12; i++) {
      replace(many.resolve("Annotations/%06d.xml".formatted(i)), "<xmax>\\d+", "<xmax>9999");
    }
    Runs.Result result =
        gradcam(
                "evaluate",
                "pointing",
                "--data",
                many,
                "--split",
                "all",
                "--method",
                "grad-cam",
                "--out",
                out)
            .isOk();
    assertThat(result.err().split("reaches out of the photo", -1)).hasSize(11);
    assertThat(result.err()).contains("remarks on 2 more images are in the report of " + out);
  }

  @Test
  void dataThatIsNotThere() throws IOException {
    refused("--limit 0: expected at least 1", "--limit", "0");
    refused("'x' is not an int", "--limit", "x");
    gradcam("evaluate", "pointing", "--data", data, "--split", "test", "--out", out)
        .isUsersMistake("no split 'test' in ", "expected one of six, ");
    refused("no class 'dragon' in scenes six: expected one of arrow, ", "--only-class", "dragon");
    refused("no such file: ", "--images", folder.resolve("none"));
    refused("is no file", "--images", data);
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    refused("leave none of the 6 images of scenes six", "--images", empty);
    Files.writeString(list("six"), "\n");
    refused("no images in scenes six, " + data);
  }

  @Test
  void aListWithoutAnyEntryThatIsThereIsTold() throws IOException {
    Files.writeString(list("six"), "none\n");
    Runs.Result result = pointing();
    assertThat(result.code()).isEqualTo(Gradcam.USAGE);
    assertThat(result.err().lines())
        .containsExactly(
            "gradcam: " + list("six") + ":1: 'none' has no photo in JPEGImages",
            "gradcam: no images in scenes six, " + data);
  }

  @Test
  void methodsAndLayersThatNoImageFits() throws IOException {
    refused("no layer 'conv9'", "--layer", "conv4_1,conv9");
    refused("layer 'fc6' has no space", "--layer", "fc6");
    refused("cam needs a network that ends in", "--method", "grad-cam,cam");
    refused("c-mwp needs a layer whose values", "--method", "c-mwp", "--layer", "input");
    refused("--upsampling x: expected", "--upsampling", "x");
    refused("--pictures -1: expected 0 or more", "--pictures", "-1");
    refused("--class x: expected each, first or predicted", "--class", "x");
    refused("--channels x: expected magnitude or sum", "--channels", "x");
    refused("--score x: expected logit or probability", "--score", "x");
    refused("--difficult x: expected count or ignore", "--difficult", "x");
    refused("--pointing-scale 0.0: expected", "--pointing-scale", "0");
  }

  @Test
  void aDefaultMethodThatTheNetworkDoesNotFitIsLeftOut() throws IOException {
    Runs.Result result = pointing("--layer", "input", "--limit", "1").isOk();
    assertThat(result.err()).contains("gradcam: left out: c-mwp needs a layer");
    assertThat(Files.readString(out.resolve("run.json")))
        .contains("guided-grad-cam")
        .doesNotContain("c-mwp");
  }

  @Test
  void occlusionBesideThePhoto() {
    for (String option : List.of("--patch", "--stride", "--padding")) {
      gradcam("evaluate", "faithfulness", "--data", "shapes", "--out", out, option, "113")
          .isUsersMistake(option + " 113: expected at most the 112 pixels");
    }
    for (String option : List.of("--patch", "--stride")) {
      gradcam("evaluate", "faithfulness", "--data", "shapes", "--out", out, option, "0")
          .isUsersMistake(option + " 0: expected pixels, 1 or more");
    }
    gradcam("evaluate", "faithfulness", "--data", "shapes", "--out", out, "--fill", "blur:1e6")
        .isUsersMistake("--fill blur:1e6: expected at most the 112 pixels");
    gradcam("evaluate", "faithfulness", "--data", "shapes", "--out", out, "--grid", "x")
        .isUsersMistake("--grid x: expected input or occlusion");
    assertThat(out).doesNotExist();
  }

  @Test
  void aNetworkOfOtherClasses() throws IOException {
    Path model = SmallNetwork.save(folder.resolve("four.zip"));
    refused("the network has no class 'arrow' of the data set", "--model", model, "--size", "20");
    Path labels = Files.writeString(folder.resolve("labels"), "a\nb\n");
    refused(
        "--labels has 2 names, the network 4",
        "--model",
        model,
        "--size",
        "20",
        "--labels",
        labels);
    for (int i = 0; i < 6; i++) {
      replace(xml(i), "<name>\\w+", "<name>cat");
    }
    try (var lists = Files.newDirectoryStream(list("six").getParent(), "*_*.txt")) {
      for (Path file : lists) {
        Files.delete(file);
      }
    }
    gradcam(
            "evaluate",
            "sanity",
            "--data",
            data,
            "--split",
            "six",
            "--out",
            out,
            "--model",
            model,
            "--size",
            "10",
            "--labels",
            Files.writeString(labels, "cat\ndog\nfox\nowl\n"))
        .isUsersMistake("10x10 pixels: structural similarity needs 11x11 or more");
    assertThat(out).doesNotExist();
    refused("no --model given: 'shapes' knows the shapes of 'gradcam demo' alone");
  }

  @Test
  void anExperimentThatNoImageTakesPartInEndsNoOther() throws IOException {
    // All objects are of one class: no image shows two categories.
    for (int i = 0; i < 6; i++) {
      Files.writeString(xml(i), Files.readString(xml(i)).replaceAll("<name>\\w+", "<name>star"));
    }
    Runs.Result result =
        gradcam(
            "evaluate",
            "all",
            "--data",
            data,
            "--split",
            "six",
            "--limit",
            "1",
            "--method",
            "grad-cam",
            "--layer",
            "conv4_1",
            "--out",
            out);
    assertThat(result.code()).as(result.err()).isEqualTo(Gradcam.SOME_FAILED);
    assertThat(result.err()).contains("none of 6 images takes part in discrimination");
    assertThat(out.resolve("discrimination")).doesNotExist();
    assertThat(out.resolve("sanity/summary.json")).exists();
    assertThat(out.resolve("report.html")).content().contains("Failure modes");
  }

  @Test
  void anOptionThatOneExperimentDoesNotKnowIsToldBeforeTheFirst() {
    gradcam("evaluate", "all", "--data", data, "--out", out, "--threshold", "0.2")
        .isUsersMistake("evaluate faithfulness: Unknown option", "--threshold");
    assertThat(out).doesNotExist();
  }

  private Runs.Result into(Path run) {
    return gradcam(
        "evaluate",
        "pointing",
        "--data",
        "shapes",
        "--limit",
        "1",
        "--method",
        "grad-cam",
        "--out",
        run);
  }

  @Test
  void foldersThatNoRunCanBeIn() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    into(file).isUsersMistake(file + " is a file: expected a folder for the run");
    into(file.resolve("run"))
        .isUsersMistake("cannot make the folder " + file.resolve("run") + " for the run: ");
    into(data).isUsersMistake("no run: expected a new or empty folder, or a run to resume");

    into(out).isOk();
    pointing().isUsersMistake("the run in " + out + " is another: ", "choose another folder");
    byte[] records = Files.readAllBytes(out.resolve("records.jsonl"));
    for (String line : List.of("{", "{\"image\": \"a\"}}", "{}", "null", "3")) {
      Files.writeString(out.resolve("records.jsonl"), line + "\n");
      into(out).isUsersMistake("records.jsonl:1 is no record", "remove the line");
    }
    // What a process that was killed leaves is cut off.
    Files.write(out.resolve("records.jsonl"), records);
    Files.writeString(out.resolve("records.jsonl"), "{\"image\": ", StandardOpenOption.APPEND);
    into(out).isOk();
    assertThat(out.resolve("records.jsonl")).hasBinaryContent(records);
    try (FileChannel channel = FileChannel.open(out.resolve(".lock"), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      into(out).isUsersMistake("another process writes to the run in " + out);
    }
    Files.writeString(out.resolve("run.json"), "{");
    into(out)
        .isUsersMistake(
            "run.json:1: the run's configuration is damaged (Unexpected end-of-input",
            "new folder");
  }
}
