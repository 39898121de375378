package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.cli.Runs.gradcam;

import java.nio.file.Path;
import org.gradcam4j.method.Methods;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingTest {
  @Test
  void helpTeaches() {
    assertThat(gradcam("--help").isOk().out()).contains("Examples:", "Exit codes", "explain");
    assertThat(gradcam().isOk().out()).contains("Examples:");
    assertThat(gradcam("explain", "--help").isOk().out())
        .contains("Examples:", "--map-out", "[3, H, W]", "grad-cam,guided-grad-cam");
  }

  @Test
  void versionAndCompletion() {
    assertThat(gradcam("--version").isOk().out()).startsWith("gradcam ");
    assertThat(gradcam("generate-completion").isOk().out()).contains("guided-grad-cam", "resnet50");
  }

  @Test
  void modelsNameTheirPapers() {
    assertThat(gradcam("models").isOk().out()).contains("resnet50", "224x224", "He et al.");
  }

  @Test
  void everyMethodIsListed() {
    String listed = gradcam("methods").isOk().out();
    for (String name : Methods.names()) {
      assertThat(listed.lines()).anyMatch(line -> line.startsWith(name + " "));
      assertThat(Methods.create(name, new Methods.Options()).name()).isEqualTo(name);
    }
  }

  @Test
  void layersFromDeepToShallow() {
    String listed = gradcam("layers", "resnet18").isOk().out();
    assertThat(listed).containsSubsequence("* ", "layer4", "layer3", "layer2", "layer1");
    assertThat(listed).contains("512 x 7 x 7", "256 x 14 x 14");
  }

  @Test
  void layersOfAFile(@TempDir Path folder) throws Exception {
    Path zip = SmallNetwork.save(folder.resolve("net.zip"));
    assertThat(gradcam("layers", zip, "--size", "20").isOk().out())
        .containsSubsequence("*", "conv2", "8 x 10 x 10", "conv1", "6 x 20 x 20");
    gradcam("layers", zip).isUsersMistake("--size N", "squares from");
  }

  @Test
  void unknownWordsGetSuggestions() {
    gradcam("layers", "resnet5").isUsersMistake("resnet5'", "resnet50");
    gradcam("explain", "a.png", "--method", "gradcam").isUsersMistake("'gradcam'", "grad-cam");
    gradcam("explain", "a.png", "--metod", "cam").isUsersMistake("--metod", "--method");
    gradcam("explian").isUsersMistake("explian", "explain");
    gradcam("explain").isUsersMistake("IMAGE");
    gradcam("layers", "resnet18", "--size", "7").isUsersMistake("--size");
  }
}
