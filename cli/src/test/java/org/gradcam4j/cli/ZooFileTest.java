package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.cli.Runs.gradcam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TinyYOLO;
import org.deeplearning4j.zoo.model.UNet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files as Deeplearning4j's zoo has them: classifiers of both kinds, a detector, a segmentation.
 */
class ZooFileTest {
  @TempDir private Path folder;
  private Path photo;
  private Path out;

  @BeforeEach
  void files() throws IOException {
    photo = SmallNetwork.photo(folder.resolve("photo.png"));
    out = folder.resolve("out");
  }

  private Path save(Model model) throws IOException {
    Path file = folder.resolve("model.zip");
    ModelSerializer.writeModel(model, file.toFile(), false);
    return file;
  }

  private Path names(String... names) throws IOException {
    return Files.write(folder.resolve("names.txt"), List.of(names));
  }

  private JsonNode record() throws IOException {
    return new ObjectMapper().readTree(out.resolve("photo.json").toFile());
  }

  @Test
  void classifiers() throws IOException {
    Path graph =
        save(SqueezeNet.builder().numClasses(4).inputShape(new int[] {3, 99, 99}).build().init());
    gradcam("explain", photo, "--model", graph, "--size=99", "--out", out).isOk();
    assertThat(record().at("/predictions")).hasSize(4);
    Path layers = save(SimpleCNN.builder().numClasses(3).build().init());
    gradcam("explain", photo, "--model", layers, "--size=48", "--class=2", "--out", out).isOk();
    assertThat(record().at("/explanations/0/target/index").asInt()).isEqualTo(2);
  }

  @Test
  void aDetector() throws IOException {
    Path file =
        save(TinyYOLO.builder().numClasses(3).inputShape(new int[] {3, 96, 96}).build().init());
    Path names = names("dog", "cat", "bird");
    gradcam(
            "explain",
            photo,
            "--model",
            file,
            "--size=96",
            "--labels",
            names,
            "--out",
            out,
            "--method=grad-cam,gradient",
            "--class=cat",
            "--class=top2")
        .isOk();
    JsonNode explanations = record().at("/explanations");
    assertThat(explanations.size()).isBetween(4, 6);
    assertThat(explanations.at("/0/target/label").asText()).matches("cat at row \\d, column \\d");
    assertThat(explanations.at("/0/target/index").asInt()).isEqualTo(1);
    gradcam("explain", photo, "--model", file, "--size=96", "--logits-out", "x.npy")
        .isUsersMistake("--logits-out is for networks of one score a class");
    assertThat(
            gradcam(
                    "explain",
                    photo,
                    "--model",
                    file,
                    "--size=96",
                    "--labels",
                    names,
                    "--class=cow",
                    "--out",
                    out)
                .err())
        .contains("no class 'cow'");
  }

  @Test
  void aSegmentation() throws IOException {
    Path file = save(UNet.builder().inputShape(new int[] {3, 32, 32}).build().init());
    Path map = folder.resolve("map.npy");
    gradcam(
            "explain",
            photo,
            "--model",
            file,
            "--size=32",
            "--layer=conv1-2",
            "--out",
            out,
            "--map-out",
            map)
        .isOk();
    assertThat(record().at("/explanations/0/target/index").asInt()).isZero();
    assertThat(map).exists();
  }
}
