package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.gradcam4j.cli.Runs.gradcam;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.util.ModelSerializer;
import org.gradcam4j.Explainer;
import org.gradcam4j.Target;
import org.gradcam4j.cli.Runs.Result;
import org.gradcam4j.image.Npy;
import org.gradcam4j.image.NpyArray;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.Fill;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Methods;
import org.gradcam4j.method.Occlusion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** Explains with a network of the user's own. */
class ExplainTest {
  @TempDir private Path folder;
  private Path zip;
  private Path photo;
  private Path out;

  @BeforeEach
  void files() throws IOException {
    zip = SmallNetwork.save(folder.resolve("net.zip"));
    photo = SmallNetwork.photo(folder.resolve("in/photo.png"));
    out = folder.resolve("out");
  }

  private Result explain(Object... arguments) {
    Object[] all = new Object[arguments.length + 6];
    all[0] = "explain";
    all[1] = "--model";
    all[2] = zip;
    all[3] = "--size=20";
    all[4] = "--preprocessing=0-1";
    all[5] = "--out=" + out;
    System.arraycopy(arguments, 0, all, 6, arguments.length);
    return gradcam(all);
  }

  private List<String> results() throws IOException {
    if (!Files.exists(out)) {
      return List.of();
    }
    try (var files = Files.list(out)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private JsonNode record(String name) throws IOException {
    return new ObjectMapper().readTree(out.resolve(name).toFile());
  }

  @Test
  void writesPicturesSheetAndRecord() throws Exception {
    Result result = explain(photo, "--method", "grad-cam,gradient", "-c", "0", "-c", "2").isOk();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("photo.png: ", "photo.sheet.png");
    assertThat(results())
        .containsExactly(
            "photo.grad-cam.conv2.class0.heatmap.png",
            "photo.grad-cam.conv2.class0.overlay.png",
            "photo.grad-cam.conv2.class2.heatmap.png",
            "photo.grad-cam.conv2.class2.overlay.png",
            "photo.gradient.class0.png",
            "photo.gradient.class2.png",
            "photo.json",
            "photo.sheet.png");
    assertThat(Photo.read(out.resolve("photo.grad-cam.conv2.class0.overlay.png")).width())
        .isEqualTo(40);
    assertThat(Photo.read(out.resolve("photo.gradient.class0.png")).width()).isEqualTo(40);
  }

  @Test
  void theRecordSaysWhereItComesFrom() throws Exception {
    explain(photo, "-c", "1").isOk();
    JsonNode record = record("photo.json");
    assertThat(record.at("/image/sha256").asText()).isEqualTo(Photo.read(photo).sha256());
    assertThat(record.at("/network/name").asText()).isEqualTo("net.zip");
    assertThat(record.at("/network/parameters").asLong())
        .isEqualTo(SmallNetwork.graph().numParams());
    assertThat(record.at("/network/weightsSha256").asText()).hasSize(64);
    assertThat(record.at("/network/preprocessing/height").asInt()).isEqualTo(20);
    assertThat(record.at("/network/preprocessing/scale").asDouble()).isEqualTo(1.0 / 255);
    assertThat(record.at("/predictions")).hasSize(4);
    JsonNode map = record.at("/explanations/0");
    assertThat(map.at("/method").asText()).isEqualTo("grad-cam");
    assertThat(map.at("/layer").asText()).isEqualTo("conv2");
    assertThat(map.at("/score").asText()).isEqualTo("logit");
    assertThat(map.at("/target/index").asInt()).isEqualTo(1);
    assertThat(map.at("/shape").toString()).isEqualTo("[10,10]");
    assertThat(out.resolve(map.at("/overlay").asText())).exists();
    assertThat(out.resolve(record.at("/sheet").asText())).exists();
  }

  @Test
  void aSecondRunGivesTheSameBytes() throws Exception {
    explain(photo).isOk();
    List<String> names = results();
    byte[] record = Files.readAllBytes(out.resolve("photo.json"));
    byte[] sheet = Files.readAllBytes(out.resolve("photo.sheet.png"));
    explain(photo).isOk();
    assertThat(results()).isEqualTo(names);
    assertThat(Files.readAllBytes(out.resolve("photo.json"))).isEqualTo(record);
    assertThat(Files.readAllBytes(out.resolve("photo.sheet.png"))).isEqualTo(sheet);
  }

  @Test
  void runsWhereItIsToldTo() throws Exception {
    assumeTrue(Nd4j.getEnvironment().isCPU());
    assertThat(explain(photo, "--device", "CPU").isOk().err()).isEmpty();
    assertThat(results()).contains("photo.json");
    explain(photo, "--device", "cuda").isUsersMistake("gradcam: --device cuda: ");
  }

  @Test
  void theMapIsTheLibrarys() throws Exception {
    Path file = folder.resolve("map.npy");
    explain(photo, "-c", "3", "-l", "conv1", "--map-out", file).isOk();
    NpyArray map = Npy.read(file);
    assertThat(map.shape()).containsExactly(20, 20);
    Preprocessing scaled =
        new Preprocessing(
            20,
            20,
            Preprocessing.ChannelOrder.RGB,
            1.0 / 255,
            List.of(0.0, 0.0, 0.0),
            List.of(1.0, 1.0, 1.0),
            Preprocessing.Resampling.ANTIALIASED_BILINEAR);
    try (Explainer explainer = Explainer.of(SmallNetwork.graph(), scaled)) {
      float[] expected =
          explainer
              .explain(Photo.read(photo), new GradCam("conv1"), Target.classIndex(3))
              .map()
              .values();
      assertThat(map.floats()).isEqualTo(expected);
    }
  }

  @Test
  void aBadImageDoesNotStopTheOthers() throws Exception {
    Files.writeString(folder.resolve("in/broken.png"), "no picture");
    Path other = SmallNetwork.photo(folder.resolve("in/zebra.png"));
    Result result =
        explain(folder.resolve("in/broken.png"), photo, folder.resolve("none.png"), other);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("broken.png", "none.png", "2 of the images failed");
    assertThat(result.err()).doesNotContain("\tat ");
    assertThat(results()).contains("photo.json", "zebra.json").doesNotContain("broken.json");
  }

  @Test
  void foldersAndPatterns() throws Exception {
    SmallNetwork.photo(folder.resolve("in/zebra.png"));
    Files.writeString(folder.resolve("in/notes.txt"), "not an image");
    explain(folder.resolve("in"), "--batch", "2").isOk();
    assertThat(results()).contains("photo.json", "zebra.json");
    explain(folder.resolve("i*/z*.png")).isOk();
    explain(folder.resolve("**/z*.png")).isOk();
    explain(folder.resolve("in/x*.png")).isUsersMistake("no file fits");
    explain(Files.createDirectory(folder.resolve("empty"))).isUsersMistake("no images");
  }

  @Test
  void batchesGiveTheSameMaps() throws Exception {
    SmallNetwork.photo(folder.resolve("in/zebra.png"));
    explain(folder.resolve("in"), "--batch", "1").isOk();
    JsonNode one = record("zebra.json").at("/explanations/0/max");
    explain(folder.resolve("in"), "--batch", "5").isOk();
    assertThat(record("zebra.json").at("/explanations/0/max").asDouble())
        .isCloseTo(one.asDouble(), within(1e-6));
  }

  @Test
  void imagesOfOneNameKeepTheirResultsApart() throws Exception {
    Path other = SmallNetwork.photo(folder.resolve("other/photo.png"));
    explain(photo, other).isOk();
    assertThat(results()).contains("photo.json", "photo-2.json");
    assertThat(record("photo-2.json").at("/image/path").asText()).isEqualTo(other.toString());
  }

  @Test
  void arraysAreTakenAsPreprocessed() throws Exception {
    float[] values = new float[2 * 3 * 20 * 20];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 101) / 101f;
    }
    Path stack = folder.resolve("stack.npy");
    Npy.write(stack, values, 2, 3, 20, 20);
    Path logits = folder.resolve("logits.npy");
    explain(stack, "--logits-out", logits).isOk();
    assertThat(results()).contains("stack.0.json", "stack.1.json");
    assertThat(Npy.read(logits).shape()).containsExactly(2, 4);

    Path one = folder.resolve("one.npy");
    Npy.write(one, java.util.Arrays.copyOfRange(values, 1200, 2400), 3, 20, 20);
    Path own = folder.resolve("own.npy");
    explain(one, "--logits-out", own).isOk();
    assertThat(Npy.read(own).shape()).containsExactly(4);
    for (int c = 0; c < 4; c++) {
      assertThat(Npy.read(own).values()[c])
          .isCloseTo(Npy.read(logits).values()[4 + c], within(1e-5));
    }
    assertThat(record("one.json").at("/network/preprocessing").isMissingNode()).isTrue();

    Npy.write(one, new float[12], 3, 2, 2);
    Result wrong = explain(one);
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("one.npy is [3, 2, 2]", "[3, 20, 20]");
  }

  @Test
  void allLayersInOneSheet() throws Exception {
    explain(photo, "--layer", "all", "-c", "0").isOk();
    assertThat(results())
        .contains(
            "photo.grad-cam.conv2.class0.overlay.png", "photo.grad-cam.conv1.class0.overlay.png");
    // The photo and two layers side by side.
    assertThat(Photo.read(out.resolve("photo.sheet.png")).width()).isGreaterThan(3 * 240);
    explain(photo, "--layer", "all", "-c", "0", "-c", "1").isOk();
    // Two layers one beneath the other.
    assertThat(Photo.read(out.resolve("photo.sheet.png")).height()).isGreaterThan(2 * 180);
  }

  @Test
  void oneMapOfSeveralLayers() throws Exception {
    explain(photo, "--method", "layer-cam,grad-cam", "--layer", "conv1+conv2", "-c", "0").isOk();
    JsonNode map = record("photo.json").at("/explanations/0");
    assertThat(map.at("/layer").asText()).isEqualTo("conv1+conv2");
    assertThat(map.at("/options").asText()).contains("layer=conv1", "layer=conv2", "TANGENT");
    assertThat(record("photo.json").at("/explanations/1/options").asText()).contains("scaling=MAX");
    // conv1's resolution.
    assertThat(map.at("/shape/0").asInt()).isEqualTo(20);
    explain(photo, "--layer", "conv1+conv3").isUsersMistake("conv3", "conv2");
    explain(photo, "--layer", "conv1+").isUsersMistake("no layer ''");
    explain(photo, "--layer", "conv1+conv2", "--method", "guided-grad-cam")
        .isUsersMistake("guided-grad-cam makes a map of the input's channels");
    explain(photo, "--samples", "9").isUsersMistake("--samples", "rise");
  }

  @Test
  void everyMethodAndOption() throws Exception {
    explain(
            photo,
            "--method",
            String.join(",", Methods.names()),
            "--class=top2",
            "--before-relu",
            "--score=probability",
            "--upsampling=aligned",
            "--patch=6",
            "--stride=5",
            "--padding=2",
            "--fill=blur:1.5",
            "--samples=10",
            "--dtype=double")
        .isOk();
    JsonNode record = record("photo.json");
    assertThat(record.at("/network/type").asText()).isEqualTo("DOUBLE");
    assertThat(record.at("/explanations")).hasSize(2 * Methods.names().size());
    for (JsonNode map : record.at("/explanations")) {
      assertThat(out.resolve(map.at("/picture").asText())).exists();
    }
    explain(photo, "--upsampling", "aligned").isOk();
    assertThat(Photo.read(out.resolve(record("photo.json").at("/explanations/0/picture").asText())))
        .extracting(Photo::width)
        .isEqualTo(40);
    explain(photo, "--upsampling", "none").isOk();
    assertThat(Photo.read(out.resolve(record("photo.json").at("/explanations/0/picture").asText())))
        .extracting(Photo::width)
        .isEqualTo(10);
  }

  @Test
  void occlusionsOptionsAreRecorded() throws Exception {
    String method = "--method=occlusion";
    explain(photo, method, "--patch=6", "--stride=5").isOk();
    assertThat(record("photo.json").at("/explanations/0/options").asText())
        .isEqualTo(new Occlusion(6, 5).toString());
    Map<String, Fill> fills =
        Map.of(
            "mean", Fill.mean(),
            "Grey", Fill.grey(),
            "blur", Fill.blur(10),
            "blur:2.5", Fill.blur(2.5),
            "-1.5", Fill.constant(-1.5));
    for (Map.Entry<String, Fill> fill : fills.entrySet()) {
      explain(photo, method, "--patch=6", "--stride=5", "--padding=none", "--fill", fill.getKey())
          .isOk();
      assertThat(record("photo.json").at("/explanations/0/options").asText())
          .isEqualTo(new Occlusion(6, 5, 0, fill.getValue()).toString());
    }
    explain(photo, method, "--padding=3", "--patch=6", "--stride=5").isOk();
    // Of 20 x 20 pixels with 3 more on each side.
    assertThat(record("photo.json").at("/explanations/0/shape/0").asInt()).isEqualTo(5);
    explain(photo, method, "--padding", "centred").isOk();
  }

  @Test
  void occlusionsMistakesAreOneLine() {
    String method = "--method=occlusion";
    for (String option : List.of("--padding=none", "--fill=grey", "--stride=2")) {
      explain(photo, option).isUsersMistake("are for --method occlusion");
    }
    for (String wrong : List.of("half", "-1", "2.5", "")) {
      explain(photo, method, "--padding=" + wrong).isUsersMistake("--padding", "centred, none");
    }
    for (String wrong : List.of("white", "blur:", "blur:wide", "")) {
      explain(photo, method, "--fill=" + wrong).isUsersMistake("--fill", "blur:PIXELS");
    }
    explain(photo, method, "--fill=blur:0").isUsersMistake("--fill blur:0", "more than 0");
    explain(photo, method, "--fill=1e999").isUsersMistake("--fill 1e999", "finite");
    explain(photo, method, "--patch=-3").isUsersMistake("--patch");
    for (String large : List.of("--patch", "--stride", "--padding")) {
      explain(photo, method, large, "21")
          .isUsersMistake(large + " 21: expected at most the 20 pixels");
    }
  }

  @Test
  void labelsNameClasses() throws Exception {
    Path labels = Files.writeString(folder.resolve("names.txt"), "cat\ndog\n\nred fox\nowl\n");
    explain(photo, "--labels", labels, "--class", "Red Fox").isOk();
    assertThat(record("photo.json").at("/explanations/0/target/index").asInt()).isEqualTo(2);
    explain(photo, "--labels", labels, "--class", "red fix").isUsersMistake("red fox");
    explain(photo, "--class", "owl").isUsersMistake("have no names");
    Files.writeString(labels, "cat\ndog\n");
    explain(photo, "--labels", labels).isUsersMistake("2 names", "4 classes");
    explain(photo, "--labels", folder.resolve("none")).isUsersMistake("no such file");
  }

  @Test
  void mistakesAreOneLine() throws Exception {
    explain(photo, "--class", "4").isUsersMistake("no class 4", "0 to 3");
    explain(photo, "--layer", "conv3").isUsersMistake("conv3", "conv2");
    explain(photo, "--layer", "out").isUsersMistake("'out' has no space", "conv2");
    explain(photo, "--score", "loss").isUsersMistake("logit or probability");
    explain(photo, "--upsampling", "cubic").isUsersMistake("aligned");
    explain(photo, "--upsampling", "none", "--method", "guided-grad-cam")
        .isUsersMistake("half-pixel or aligned");
    explain(photo, "--method", "gradient", "--before-relu").isUsersMistake("no ReLU");
    explain(photo, "--method", "gradient", "--layer", "conv1").isUsersMistake("no choice of layer");
    explain(photo, "--patch", "3").isUsersMistake("occlusion");
    explain(photo, "--batch", "0").isUsersMistake("--batch");
    explain(photo, "--device", "tpu").isUsersMistake("--device", "[AUTO, CPU, CUDA]");
    explain(photo, "--batch", "many").isUsersMistake("--batch", "many");
    explain(photo, "--dtype", "half").isUsersMistake("float or double");
    explain(photo, "--weights", photo).isUsersMistake("holds its own");
    assertThat(results()).noneMatch(name -> name.endsWith(".json"));
  }

  @Test
  void oneRawMapAlone() {
    Path map = folder.resolve("map.npy");
    explain(photo, "--map-out", map, "--class", "top2").isUsersMistake("one method, class");
    explain(photo, "--map-out", map, "--layer", "all").isUsersMistake("one method, class");
    explain(photo, photo.resolveSibling("b.png"), "--map-out", map).isUsersMistake("one image");
    assertThat(map).doesNotExist();
  }

  @Test
  void foldersThatCannotBeWritten() throws Exception {
    Files.writeString(out, "a file");
    explain(photo).isUsersMistake("--out", "is a file");
  }

  @Test
  void weightsAreAskedFor() {
    gradcam("explain", photo, "--model", "resnet18", "--out", out)
        .isUsersMistake("'resnet18' needs its published weights", "--weights FILE");
    gradcam("explain", photo, "--model", "resnet18", "--weights", "no.safetensors", "--out", out)
        .isUsersMistake("no.safetensors");
    gradcam("explain", photo, "--model", "resnet18", "--size", "64", "--out", out)
        .isUsersMistake("are known");
  }

  @Test
  void filesThatAreNoNetworks() throws Exception {
    Path bad = folder.resolve("bad.zip");
    gradcam("explain", photo, "--model", bad, "--out", out).isUsersMistake("no such network file");
    Files.writeString(bad, "no zip");
    gradcam("explain", photo, "--model", bad, "--out", out).isUsersMistake("bad.zip", "no zip");
    try (ZipOutputStream other = new ZipOutputStream(Files.newOutputStream(bad))) {
      other.putNextEntry(new ZipEntry("readme.txt"));
    }
    gradcam("explain", photo, "--model", bad, "--out", out)
        .isUsersMistake("not a Deeplearning4j network");
    byte[] whole = Files.readAllBytes(zip);
    Files.write(bad, java.util.Arrays.copyOf(whole, whole.length / 2));
    gradcam("explain", photo, "--model", bad, "--out", out).isUsersMistake("bad.zip");
    try (ZipOutputStream other = new ZipOutputStream(Files.newOutputStream(bad))) {
      other.putNextEntry(new ZipEntry("configuration.json"));
      other.write("{\"networkInputs\":[\"in\"]}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      other.putNextEntry(new ZipEntry("coefficients.bin"));
      other.write(new byte[40]);
    }
    gradcam("explain", photo, "--model", bad, "--out", out)
        .isUsersMistake("cannot read the network");
    try (ZipOutputStream other = new ZipOutputStream(Files.newOutputStream(bad))) {
      other.putNextEntry(new ZipEntry("preprocessor.bin"));
    }
    gradcam("explain", photo, "--model", bad, "--out", out)
        .isUsersMistake("serialised Java object");
  }

  @Test
  void networksOfLayersTellTheirSize() throws Exception {
    Path file = folder.resolve("layers.zip");
    ModelSerializer.writeModel(SmallNetwork.layers(), file.toFile(), true);
    Result result = gradcam("explain", photo, "--model", file, "--out", out).isOk();
    assertThat(result.err()).contains("scaled to 0-1");
    assertThat(record("photo.json").at("/network/preprocessing/height").asInt()).isEqualTo(20);
    gradcam("explain", photo, "--model", file, "--method", "cam", "--out", out)
        .isUsersMistake("cam needs a network that ends in global average pooling");
  }

  @Test
  void debugShowsWhere() {
    Result result = explain(photo, "--class", "4", "--debug");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("\tat org.gradcam4j", "gradcam: no class 4");
  }

  @Test
  void sharesSumToTheScoresRise() throws IOException {
    explain(photo, "--method=integrated-gradients,grad-cam", "--samples=300").isOk();
    JsonNode maps =
        new ObjectMapper().readTree(out.resolve("photo.json").toFile()).at("/explanations");
    double rise = maps.at("/0/scoreDifference").asDouble();
    assertThat(Math.abs(rise)).isGreaterThan(1e-3);
    assertThat(maps.at("/0/sum").asDouble()).isCloseTo(rise, within(0.02 * Math.abs(rise)));
    assertThat(maps.get(1).has("sum")).isFalse();
  }
}
