package org.gradcam4j.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which plots there are, and that they are drawn. */
class PlotTest {
  @TempDir private Path folder;

  private List<Plot> plots(FakeRun run) throws Exception {
    return Plots.of(MeasuredRun.read("run", run.write(folder.resolve("run"))));
  }

  @Test
  void variantsAreRowsOfDots() throws Exception {
    List<Plot> plots = plots(FakeRun.localization(40, 1));
    assertThat(plots).extracting(Plot::connected).containsExactly(false, false, false);
    Plot first = plots.get(0);
    assertThat(first.categories()).containsExactly("grad-cam", "c-mwp", "gradient", "cam");
    assertThat(first.series()).hasSize(1);
    assertThat(first.axis()).isEqualTo("localization-error-top1, %");
  }

  @Test
  void layersAreLinesOfMethods() throws Exception {
    FakeRun run = FakeRun.layers(30, 1);
    Plot first = plots(run).get(0);
    assertThat(first.connected()).isTrue();
    assertThat(first.categories())
        .containsExactly(
            "layer4", "layer4.1", "layer4.0", "layer3", "layer3.3", "layer2", "layer1", "maxpool");
    assertThat(first.series())
        .extracting(Plot.Series::name)
        .containsExactly("grad-cam", "layer-cam", "guided-grad-cam");
    MeasuredRun measured = MeasuredRun.read("run", folder.resolve("run"));
    assertThat(first.series().get(1).values()[2])
        .isEqualTo(
            measured.summary().figures().get("localization-error-top1/layer-cam@layer4.0").value());
  }

  @Test
  void aMethodWithoutALayerIsALevelLine() throws Exception {
    FakeRun run = FakeRun.layers(30, 1);
    run.rename("grad-cam@layer4", "gradient");
    Plot first = plots(run).get(0);
    assertThat(first.connected()).isTrue();
    assertThat(first.categories()).hasSize(8).doesNotContain("gradient");
    Plot.Series level = first.series().get(0);
    assertThat(level.name()).isEqualTo("gradient");
    MeasuredRun measured = MeasuredRun.read("run", folder.resolve("run"));
    assertThat(level.values())
        .hasSize(8)
        .containsOnly(measured.summary().figures().get("localization-error-top1/gradient").value());
  }

  @Test
  void gapsAndSingleFiguresAreDrawn() {
    double none = Double.NaN;
    Plot.Series gaps =
        new Plot.Series(
            "a",
            new double[] {none, 1, none, 3},
            new double[] {none, 0.5, none, 3},
            new double[] {none, 2, none, 3});
    Plot.Series empty =
        new Plot.Series(
            "none", new double[] {none, none, none, none}, new double[4], new double[4]);
    for (boolean connected : new boolean[] {true, false}) {
      Plot plot =
          new Plot(
              "title",
              "axis",
              List.of("<w>", "x", "a long & longer name", "z"),
              List.of(gaps, empty),
              connected);
      assertThat(plot.series()).hasSize(1);
      Document svg = Jsoup.parse(plot.svg(), "", Parser.xmlParser());
      assertThat(svg.select("svg").attr("width")).isEqualTo("560");
      assertThat(svg.select("image, script")).isEmpty();
      assertThat(plot.svg()).doesNotContain("NaN").isEqualTo(plot.svg());
    }
  }
}
