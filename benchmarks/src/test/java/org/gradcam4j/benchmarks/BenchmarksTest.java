package org.gradcam4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarksTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Benchmarks.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void helpSaysWhatItTakes() {
    assertThat(run("--help")).isEqualTo(Benchmarks.OK);
    assertThat(out.toString()).contains("--quick", "--rounds", "--out", "memory", "Exit codes");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void listsTheLinesOfAWord() {
    assertThat(run("--list", "--quick", "resnet50", "guided-backprop")).isEqualTo(Benchmarks.OK);
    assertThat(out.toString().lines())
        .containsExactly("resnet50, gradients of the input: guided-backprop / forward");
  }

  @Test
  void quicklyWithoutWordsAreTheLimitsAlone() {
    run("--list", "--quick");
    assertThat(out.toString()).contains("vgg16", "occlusion").doesNotContain("kernels", "rise");
    run("--list");
    assertThat(out.toString()).contains("kernels", "rise");
  }

  @Test
  void mistakesAreOneLineAndTheWayToHelp(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    mistake("no line of the table has 'vgg61'", "vgg61");
    mistake("--rounds 0: expected 1 to 100", "--rounds", "0");
    mistake("Invalid value for option '--rounds': 'x' is not an int", "--rounds", "x");
    mistake("Unknown option: '--qick'", "--qick");
    mistake("--out " + file + ": cannot write a folder there", "--out", file.toString(), "vgg16");
    mistake("Unmatched argument at index 2: 'y'", "memory", "x", "y");
  }

  private void mistake(String message, String... arguments) {
    err.getBuffer().setLength(0);
    assertThat(run(arguments)).isEqualTo(Benchmarks.USAGE);
    assertThat(err.toString().lines().toList()).hasSize(2);
    assertThat(err.toString()).startsWith("benchmarks: " + message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void memoryNamesTheNetworksThereAre() {
    assertThat(run("memory", "resnet5")).isEqualTo(Benchmarks.USAGE);
    assertThat(err.toString().lines().toList()).hasSize(1);
    assertThat(err.toString()).contains("no network 'resnet5'", "resnet50");
  }
}
