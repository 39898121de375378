package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.cli.Runs.gradcam;

import java.nio.file.Files;
import java.nio.file.Path;
import org.gradcam4j.image.Photo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the project draws, trains and shows itself. */
class ShapesTest {
  @TempDir private Path folder;

  @Test
  void trainedWeightsMakeADemo() throws Exception {
    Path weights = folder.resolve("own.safetensors");
    String report =
        gradcam("train", "shapes", "--close-ups=32", "--scenes=32", "--held-out=20", "-o", weights)
            .isOk()
            .out();
    assertThat(report).contains("mean average precision", "own.safetensors");
    Path out = folder.resolve("demo");
    gradcam("demo", "--weights", weights, "--out", out).isOk();
    assertThat(Photo.read(out.resolve("demo.png")).width()).isGreaterThan(1000);
    Path maps = folder.resolve("maps");
    gradcam("explain", out.resolve("scene-1.png"), "-w", weights, "-c", "star", "-o", maps).isOk();
    assertThat(maps.resolve("scene-1.grad-cam.relu4_2.class3.overlay.png")).exists();
  }

  @Test
  void theShippedNetworkNeedsNoFile() throws Exception {
    Path out = folder.resolve("demo");
    assertThat(gradcam("demo", "--out", out).isOk().out()).contains("demo.png", "gradcam explain");
    Path maps = folder.resolve("maps");
    Runs.Result result =
        gradcam("explain", out.resolve("scene-1.png"), "--class", "star", "--out", maps).isOk();
    assertThat(result.out()).startsWith("scene-1.png: star 9");
    assertThat(result.err()).contains("no --model given");
    assertThat(maps.resolve("scene-1.grad-cam.relu4_2.class3.overlay.png")).exists();
  }

  @Test
  void scenesAreWritten() throws Exception {
    Path out = folder.resolve("scenes");
    gradcam("dataset", "shapes", "--count", "5", "--out", out).isOk();
    try (var files = Files.walk(out)) {
      assertThat(files.filter(f -> f.toString().endsWith(".xml"))).hasSize(5);
    }
    gradcam("dataset", "shapes", "--count", "5", "--out", out).isUsersMistake("not empty");
  }

  @Test
  void mistakesAreOneLine() {
    gradcam("dataset", "voc", "--out", folder.resolve("a")).isUsersMistake("'voc'", "shapes");
    gradcam("dataset", "shapes").isUsersMistake("--out");
    gradcam("dataset", "shapes", "--count", "0", "--out", folder.resolve("a"))
        .isUsersMistake("0 scenes");
    gradcam("train", "resnet18").isUsersMistake("'resnet18'", "shapes");
    gradcam("train", "shapes", "--out", folder).isUsersMistake("is a folder");
    gradcam("train", "shapes", "--scenes", "0", "--out", folder.resolve("w"))
        .isUsersMistake("above 0");
  }
}
