package org.gradcam4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.gradcam4j.cli.Runs.gradcam;

import java.nio.file.Path;
import org.gradcam4j.TestData;
import org.gradcam4j.image.Npy;
import org.gradcam4j.image.NpyArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line writes for a published network is what another library computes. */
class GoldenMapTest {
  @TempDir private Path folder;

  @Test
  void mapsAndLogitsOfResNet18() throws Exception {
    compare("grad-cam", "layer3", "both.resnet18.layer3.class243.gradcam.npy");
    compare("guided-backprop", null, "both.resnet18.class243.guided.npy");
  }

  private void compare(String method, String layer, String golden) throws Exception {
    Path input = TestData.require("golden/both.input.npy");
    Path weights = TestData.require("weights/resnet18_imagenet.safetensors");
    Path map = folder.resolve("map.npy");
    Path logits = folder.resolve("logits.npy");
    gradcam(
            "explain",
            input,
            "--model=resnet18",
            "--weights",
            weights,
            "--class=bull mastiff",
            "--method=" + method,
            layer == null ? "--score=logit" : "--layer=" + layer,
            "--map-out",
            map,
            "--logits-out",
            logits)
        .isOk();
    same(Npy.read(map), Npy.read(TestData.require("golden/" + golden)));
    // The golden file may hold one row: the numbers count.
    NpyArray expected = Npy.read(TestData.require("golden/both.resnet18.logits.npy"));
    assertThat(Npy.read(logits).shape()).containsExactly(1000);
    same(new NpyArray(expected.shape(), Npy.read(logits).values()), expected);
  }

  private static void same(NpyArray found, NpyArray expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    double largest = 0;
    for (double value : expected.values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.values().length; i++) {
      assertThat(found.values()[i]).isCloseTo(expected.values()[i], within(1e-3 * largest));
    }
  }
}
