package org.gradcam4j.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.gradcam4j.evaluation.experiment.Published;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.evaluation.run.Run;
import org.gradcam4j.evaluation.run.RunFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs for a terminal. */
class PrintoutTest {
  @TempDir private Path folder;

  private List<String> lines(FakeRun fake, int width) throws IOException {
    Run run = RunFolder.read(fake.write(folder));
    List<String> lines = Printout.lines(run, run.summary(), width);
    assertThat(lines).allMatch(line -> line.length() <= width && line.equals(line.stripTrailing()));
    return lines;
  }

  /** Two images whose figures have no spread, so that every character is known. */
  private static FakeRun plain() {
    FakeRun run = new FakeRun();
    run.metrics = List.of(FakeRun.CLASSIFICATION, FakeRun.LOCALIZATION, FakeRun.CORRELATION);
    run.variants = List.of("grad-cam", "c-mwp");
    for (int i = 0; i < 2; i++) {
      List<Observation> o = new ArrayList<>();
      o.add(FakeRun.CLASSIFICATION.observe("", "", 100));
      o.add(FakeRun.LOCALIZATION.observe("grad-cam", "", 0));
      o.add(FakeRun.LOCALIZATION.observe("c-mwp", "", 100));
      o.add(FakeRun.CORRELATION.observe("grad-cam", "", -0.25));
      o.add(FakeRun.CORRELATION.observe("c-mwp", "", i == 0 ? 1 : Double.NaN));
      run.add("image" + i, o, Map.of());
    }
    run.published =
        List.of(
            new Published("localization-error-top1", "grad-cam", "VGG-16", 56.51, "table 1"),
            new Published("localization-error-top1", "c-mwp", "VGG-16", 70.9, "table 1"),
            new Published("localization-error-top1", "cam", "VGG-16", 57.2, "table 1"),
            new Published("rank-correlation", "grad-cam", "VGG-16", 0.254, "section 5.3"),
            new Published("classification-error-top1", "", "VGG-16", 30.38, "table 1"));
    run.notes = List.of("mind the gap");
    return run;
  }

  @Test
  void everyCharacter() throws IOException {
    assertThat(String.join("\n", lines(plain(), 100)))
        .isEqualTo(
            """
            Localization

            network: resnet50 (default layer layer4)
            input: the whole image to 224x224, antialiased; RGB, mean .485 .456 .406
            data: ILSVRC val (all)
            threshold: 0.15
            map upsampling: half pixel bilinear
            strictly above: no
            methods: grad-cam, c-mwp
            occlusion.patch size: 45
            occlusion.padding: none

            Percent over 2 images [95 % interval]

                      classification-
                      error-top1            paper
            network   lower is better       [1]
            resnet50  100.0 [100.0, 100.0]  30.38

            Percent over 2 images [95 % interval]

                      localization-error-
                      top1                  paper
            variant   lower is better       [1]
            grad-cam    0.0     [0.0, 0.0]  56.51
            c-mwp     100.0 [100.0, 100.0]  70.90

            Figures over 2 images [95 % interval]

                      rank-correlation                            paper
            variant   higher is better         images  undefined  [2]
            grad-cam  -0.250 [-0.250, -0.250]  2       0          0.254
            c-mwp      1.000   [1.000, 1.000]  1       1

            [1] VGG-16; table 1
            [2] VGG-16; section 5.3

            note: mind the gap
            """);
  }

  @Test
  void whatDoesNotFitContinuesBelow() throws IOException {
    FakeRun run = FakeRun.localization(60, 1);
    List<String> wide = lines(run, 100);
    assertThat(wide.stream().filter(line -> line.startsWith("grad-cam "))).hasSize(1);
    List<String> narrow = lines(run, 60);
    assertThat(narrow.stream().filter(line -> line.startsWith("grad-cam "))).hasSize(2);
    assertThat(narrow)
        .containsSequence(
            "note: At this layer Grad-CAM and CAM coincide by",
            "      construction: their tie says nothing.");
    lines(FakeRun.layers(30, 1), 80);
  }

  @Test
  void layersOfAMethodShareALine() throws IOException {
    List<String> lines = lines(FakeRun.layers(5, 1).methodsInSettings(), 80);
    assertThat(lines)
        .containsOnlyOnce("methods.grad-cam@...: Some[layer=...]")
        .doesNotContain("methods.grad-cam@layer4: Some[layer=layer4]");
  }
}
