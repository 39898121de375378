package org.gradcam4j.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.metric.Observation;
import org.gradcam4j.evaluation.run.ImageRecord;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report's files, made of folders as runs leave them. */
class ReportTest {
  /** What a file's name, a label or a remark could hold. */
  private static final String NASTY =
      "<script>alert('x')</script> \"a\" & b|c \\ $x_1^2$ {#} 100%~";

  @TempDir private Path folder;

  private Document page(Path... runs) throws IOException {
    Path html = folder.resolve("out/report.html");
    Report.read(List.of(runs)).write(html);
    return Jsoup.parse(html.toFile(), "UTF-8");
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve("out").resolve(name));
  }

  private Path localization() throws IOException {
    FakeRun run = FakeRun.localization(60, 1).pictures(4);
    run.change(10, "the photo is truncated", null);
    run.change(11, null, List.of("a box lies outside of the photo"));
    return run.write(folder.resolve("localization"));
  }

  @Test
  void thePageStandsAlone() throws Exception {
    Document page = page(localization());
    for (Element element : page.select("[src], [href]")) {
      assertThat(element.attr("src") + element.attr("href")).matches("(?s)(data:image/|#).*");
    }
    assertThat(page.select("link, iframe, object, [style], [onclick]")).isEmpty();
    String script = page.select("script").first().data();
    String hash =
        Base64.getEncoder()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(script.getBytes(StandardCharsets.UTF_8)));
    assertThat(page.select("meta[http-equiv]").attr("content"))
        .contains("default-src 'none'", "'sha256-" + hash + "'");
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "report.html",
              "report.md",
              "report.tex",
              "report-figures.csv",
              "report-published.csv",
              "report-differences.csv",
              "report-costs.csv");
    }
  }

  @Test
  void thePageIsAccessible() throws Exception {
    Path other = FakeRun.layers(20, 1).pictures(3).write(folder.resolve("layers"));
    for (Document page :
        List.of(
            page(localization()),
            page(localization(), other),
            page(localization(), FakeRun.localization(40, 2).write(folder.resolve("second"))))) {
      assertThat(page.select("html").attr("lang")).isEqualTo("en");
      assertThat(page.select("h1, main, meta[name=viewport], title")).hasSize(4);
      assertThat(page.select("th:not([scope])")).isEmpty();
      assertThat(page.select("table:not(:has(> caption))")).isEmpty();
      assertThat(page.select("img").eachAttr("alt")).hasSameSizeAs(page.select("img"));
      assertThat(page.select("img").eachAttr("alt")).noneMatch(String::isBlank);
      assertThat(page.select("input, select")).allMatch(e -> e.closest("label") != null);
      assertThat(page.select("[id]").eachAttr("id")).doesNotHaveDuplicates();
      int before = 0;
      for (Element heading : page.select("h1, h2, h3, h4, h5, h6")) {
        int level = heading.normalName().charAt(1) - '0';
        assertThat(level).as(heading.text()).isLessThanOrEqualTo(before + 1);
        before = level;
      }
    }
  }

  @Test
  void figuresStandInTheTable() throws Exception {
    FakeRun run = new FakeRun();
    run.variants = List.of("a", "b");
    run.metrics = List.of(FakeRun.LOCALIZATION, FakeRun.CORRELATION);
    for (int i = 0; i < 40; i++) {
      run.add(
          "image" + i,
          List.of(
              new Observation(FakeRun.LOCALIZATION.name(), "a", "", i % 4 == 0 ? 100 : 0),
              new Observation(FakeRun.LOCALIZATION.name(), "b", "", i % 4 != 0 ? 100 : 0),
              new Observation(FakeRun.CORRELATION.name(), "a", "", i < 4 ? Double.NaN : 0.5),
              new Observation(FakeRun.CORRELATION.name(), "b", "", 0.5)),
          Map.of("a", 1.0 + i, "b", 7.0));
    }
    Document page = page(run.write(folder.resolve("run")));
    Element table = page.select("table:has(.title:containsOwn(Figures))").first();
    assertThat(table.select("thead th").eachText())
        .containsExactly(
            "Variant",
            "localization-error-top1 (%, lower is better)",
            "rank-correlation (higher is better)");
    Element a = table.select("tbody tr").get(0);
    assertThat(a.select("td").get(0).text()).startsWith("25 best [").endsWith("40 observations");
    // Both are best: marked by a word, not by a colour alone.
    assertThat(a.select("td").get(1).text())
        .isEqualTo("0.500 best [0.500, 0.500] 36 observations, 4 undefined");
    assertThat(table.select("tbody tr").get(1).select("td").get(0).text())
        .startsWith("75 [")
        .doesNotContain("best");
    assertThat(page.select("td:containsOwn(a is better)")).hasSize(1);
    assertThat(page.select("td:containsOwn(they coincide)")).hasSize(1);
    Element costs = page.select("table:has(.title:containsOwn(Costs))").first();
    assertThat(costs.select("tbody tr").get(0).select("td").eachText())
        .containsExactly("20.5", "4.90 to 36.1", "40");
  }

  @Test
  void variantsThatAreNotClearlyWorseThanTheBestAreMarked() throws Exception {
    Document page = page(FakeRun.layers(40, 3).write(folder.resolve("run")));
    Element table = page.select("table:has(.title:containsOwn(Figures))").first();
    assertThat(table.select(".mark:containsOwn(≈ best)")).isNotEmpty();
    // The shallowest layer is clearly worse, though it was not paired with the best by the run.
    assertThat(table.select("tr:has(th:containsOwn(grad-cam@maxpool)) .mark")).isEmpty();
  }

  @Test
  void publishedFiguresNameTheirSetting() throws Exception {
    Element table =
        page(localization()).select("table:has(.title:containsOwn(literature))").first();
    assertThat(table.select("tbody tr")).hasSize(2);
    assertThat(table.select("tbody tr").get(0).text())
        .contains(
            "localization-error-top1/grad-cam",
            "56.51",
            "VGG-16, ILSVRC-15 val",
            "Selvaraju et al., table 1");
    assertThat(table.select("thead").text()).contains("This run (resnet50 on ILSVRC val)");
    assertThat(table.text()).contains("not of this run's").doesNotContain("nobody");
  }

  @Test
  void settingsFailuresAndRemarksAreTold() throws Exception {
    Document page = page(localization());
    assertThat(page.select(".facts div").eachText())
        .contains(
            "Threshold 0.15",
            "Map upsampling half pixel bilinear",
            "Strictly above no",
            "Methods grad-cam, c-mwp",
            "Occlusion: patch size 45",
            "Occlusion: padding none");
    assertThat(page.select("summary").eachText())
        .contains("1 image could not be measured", "1 image with remarks");
    assertThat(page.select("details li").eachText())
        .contains(
            "ILSVRC2012_val_00000011: the photo is truncated",
            "ILSVRC2012_val_00000012: a box lies outside of the photo");
    assertThat(page.select(".notes li").text()).contains("coincide by construction");
    assertThat(page.text()).contains("59 of 60 images measured, 1 failed, 1 remarked on");
  }

  @Test
  void picturesAreHeldByThePage() throws Exception {
    FakeRun run = FakeRun.localization(300, 1).pictures(100);
    Path written = run.write(folder.resolve("run"));
    Files.delete(written.resolve("pictures/0-1.jpg"));
    Files.writeString(written.resolve("pictures/0-2.jpg"), "no picture");
    Document page = page(written);
    // Five pictures each, 400 at most.
    assertThat(page.select("article")).hasSize(80);
    assertThat(page.select(".gallery > p").text()).contains("20 more", "2 pictures are missing");
    // The surest first.
    List<Double> confidences =
        page.select("article dt:containsOwn(confidence) + dd").eachText().stream()
            .map(Double::valueOf)
            .toList();
    assertThat(confidences).hasSize(80).isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(confidences.get(0)).isGreaterThan(confidences.get(79));
    Element first = page.select("article:has(h3:containsOwn(ILSVRC2012_val_00000001))").first();
    assertThat(first.select("figcaption").eachText())
        .containsExactly("original", "gradient", "cam");
    assertThat(first.select("img").attr("alt")).isEqualTo("original: ILSVRC2012_val_00000001");
    assertThat(first.select(".facts").text()).contains("truth golden retriever", "confidence");
    byte[] bytes = Base64.getDecoder().decode(first.select("img").attr("src").split("base64,")[1]);
    assertThat(bytes).isEqualTo(Files.readAllBytes(written.resolve("pictures/0-0.jpg")));
  }

  @Test
  void picturesFromElsewhereAreNoneOfTheRuns() throws Exception {
    FakeRun run = FakeRun.localization(2, 1).pictures(1);
    Path written = run.write(folder.resolve("run"));
    Files.copy(written.resolve("pictures/0-0.jpg"), written.resolve("secret.jpg"));
    Path records = written.resolve("records.jsonl");
    Files.writeString(
        records, Files.readString(records).replace("\"0-0.jpg\"", "\"../secret.jpg\""));
    assertThat(page(written).select("article").first().select("img")).hasSize(4);
  }

  @Test
  void textFromOutsideStaysText() throws Exception {
    FakeRun run = FakeRun.localization(6, 1);
    run.title = NASTY;
    run.description = NASTY;
    run.notes = List.of(NASTY);
    run.network = NASTY;
    run.data = NASTY;
    run.ids.set(0, NASTY);
    ImageRecord r = run.records.get(0);
    run.records.set(
        0,
        new ImageRecord(
            NASTY,
            null,
            r.observations(),
            Map.of(NASTY, NASTY),
            List.of(NASTY),
            r.pictures(),
            r.maps(),
            Map.of(NASTY, 1.0)));
    run.change(1, NASTY, null);
    Path written = run.pictures(1).write(folder.resolve("a & <b>"));
    Files.writeString(
        written.resolve("records.jsonl"),
        Files.readString(written.resolve("records.jsonl"))
            .replace("\"original\"", run.json.writeValueAsString(NASTY)));
    Document page = page(written, written);
    assertThat(page.select("script")).hasSize(1);
    assertThat(page.select("h1").text()).isEqualTo(NASTY);
    assertThat(page.select("article h4").first().text()).isEqualTo(NASTY);
    assertThat(page.select("figcaption").eachText()).contains(NASTY);
    assertThat(text("report.md")).doesNotContain("<script", " b|c").contains("b\\|c");
    assertThat(text("report.tex"))
        .doesNotContain("$x_1", "100%~")
        .contains("\\$x\\_1\\textasciicircum{}2\\$ \\{\\#\\} 100\\%\\textasciitilde{}");
    assertThat(text("report-costs.csv")).contains("\"\"a\"\"");
  }

  @Test
  void anUnfinishedRunIsReportedAsFarAsItIs() throws Exception {
    FakeRun run = FakeRun.localization(50, 1);
    run.records.subList(20, 50).clear();
    Path written = run.write(folder.resolve("run"));
    Files.writeString(
        written.resolve("records.jsonl"), "{\"image\":\"torn", StandardOpenOption.APPEND);
    assertThat(page(written).select(".state").text())
        .isEqualTo(
            "This run is unfinished: 20 of 50 images are done, and the figures are of these.");
    assertThat(text("report.md")).contains("20 of 50 images are done");
  }

  @Test
  void aRunWithoutFiguresSaysSo() throws Exception {
    FakeRun run = FakeRun.localization(2, 1);
    run.change(0, "broken", null);
    run.change(1, "broken", null);
    Document page = page(run.write(folder.resolve("failed")));
    assertThat(page.select(".state").text()).contains("No image was measured");
    assertThat(page.select("table")).isEmpty();
    run.records.clear();
    page = page(run.write(folder.resolve("begun")), run.write(folder.resolve("begun-too")));
    assertThat(page.select(".state").eachText()).hasSize(2);
    Files.delete(folder.resolve("begun/records.jsonl"));
    assertThat(page(folder.resolve("begun")).text()).contains("0 of 2 images measured");
  }

  @Test
  void runsOfOneExperimentStandSideBySide() throws Exception {
    FakeRun first = FakeRun.localization(100, 1);
    FakeRun second = FakeRun.localization(100, 2);
    second.network = "resnet18";
    second.change(7, "broken", null);
    Path layers = FakeRun.layers(20, 1).write(folder.resolve("layers"));
    Document page =
        page(first.write(folder.resolve("one")), second.write(folder.resolve("two")), layers);
    assertThat(page.select("nav a").eachText())
        .containsExactly("Localization", "one", "two", "Layers, from deep to shallow");
    assertThat(page.select("nav a").eachAttr("href"))
        .allMatch(anchor -> page.select(anchor).size() == 1);
    Element differ = page.select("table:has(.title:containsOwn(In what the runs differ))").first();
    assertThat(differ.select("tbody").text()).isEqualTo("Network resnet50 resnet18");
    Element pairs =
        page.select("table:has(.title:containsOwn(Differences in localization-error-top1))")
            .first();
    double difference = 0;
    for (int i = 0; i < 100; i++) {
      if (i != 7) {
        difference += gradCam(first.records.get(i)) - gradCam(second.records.get(i));
      }
    }
    Element row = pairs.select("tr:has(th:containsOwn(grad-cam: one less two))").first();
    assertThat(Double.parseDouble(row.select("td").get(0).ownText().strip()))
        .isCloseTo(difference / 99, within(0.51));
    assertThat(row.select("td").get(1).text()).isEqualTo("99");
  }

  private static double gradCam(ImageRecord record) {
    return record.observations().stream()
        .filter(o -> o.figure().equals("localization-error-top1/grad-cam"))
        .mapToDouble(o -> o.values()[0])
        .findFirst()
        .orElseThrow();
  }

  @Test
  void runsOfOtherDataAreNotPaired() throws Exception {
    FakeRun other = FakeRun.localization(20, 2);
    other.data = "VOC2007 val";
    Document page =
        page(
            FakeRun.localization(20, 1).write(folder.resolve("one")),
            other.write(folder.resolve("two")));
    assertThat(page.select("th:containsOwn(one less two)")).isEmpty();
    assertThat(page.text()).contains("not all of the same images");
  }

  @Test
  void damagedRunsAreToldInOneLine() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    fails(empty, "holds no run");
    fails(folder.resolve("nowhere"), "holds no run");
    Path run = FakeRun.localization(3, 1).write(folder.resolve("run"));
    String records = Files.readString(run.resolve("records.jsonl"));
    Files.writeString(run.resolve("records.jsonl"), "{nonsense}\n" + records);
    fails(run, "records.jsonl:1");
    Files.writeString(run.resolve("records.jsonl"), "null\n");
    fails(run, "records.jsonl:1");
    Files.writeString(
        run.resolve("records.jsonl"), records.replace("localization-error-top1", "unheard-of"));
    fails(run, "unheard-of");
    Files.writeString(run.resolve("records.jsonl"), records);
    Files.write(run.resolve("images.txt"), new byte[] {(byte) 0xFF, '\n'});
    fails(run, "images.txt:1", "UTF-8");
    Files.delete(run.resolve("images.txt"));
    fails(run, "images.txt is missing");
    String configuration = Files.readString(run.resolve("run.json"));
    Files.writeString(
        run.resolve("run.json"), configuration.replace("\"variants\"", "\"varieties\""));
    fails(run, "variants");
    Files.writeString(run.resolve("run.json"), "{");
    fails(run, "run.json");
    Files.writeString(run.resolve("run.json"), "[]");
    fails(run, "run.json");
  }

  private static void fails(Path run, String... words) {
    assertThatThrownBy(() -> Report.read(List.of(run)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(words)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void tablesAreMarkdown() throws Exception {
    page(localization());
    List<String> lines = text("report.md").lines().toList();
    assertThat(lines).contains("# Localization", "## localization", "### Figures");
    int head = lines.indexOf("### Figures") + 4;
    assertThat(lines.get(head))
        .isEqualTo(
            "| Variant | localization-error-top1 (%, lower is better)"
                + " | localization-error-top5 (%, lower is better) |");
    assertThat(lines.get(head + 1)).isEqualTo("|---|---:|---:|");
    assertThat(lines.get(head + 2)).startsWith("| grad-cam | **").endsWith(" |");
    lines.stream()
        .filter(line -> line.startsWith("|"))
        .forEach(line -> assertThat(line).endsWith("|"));
  }

  @Test
  void figuresAreUnroundedInCsv() throws Exception {
    Path run = localization();
    page(run);
    MeasuredRun measured = MeasuredRun.read("localization", run);
    List<String> lines = text("report-figures.csv").lines().toList();
    assertThat(lines).hasSize(1 + 1 + 4 + 4);
    double value = measured.summary().figures().get("localization-error-top1/c-mwp").value();
    assertThat(lines)
        .anyMatch(
            line ->
                line.startsWith(
                    "localization,localization,resnet50,ILSVRC val,localization-error-top1,c-mwp,"
                        + "PERCENT,LOWER,"
                        + value
                        + ","));
    assertThat(text("report-differences.csv").lines()).hasSize(1 + 6 + 6);
    assertThat(text("report-costs.csv").lines()).hasSize(1 + 4);
    assertThat(text("report-published.csv").lines())
        .hasSizeGreaterThan(2)
        .anyMatch(
            line ->
                line.contains(",localization-error-top1,grad-cam,") && line.contains(",56.51,"));
  }

  @Test
  void tablesAreLatexThatCompiles() throws Exception {
    FakeRun run = FakeRun.localization(30, 1);
    run.network = NASTY + " naïve 中 → ≥ 1";
    page(run.write(folder.resolve("a")), FakeRun.localization(30, 2).write(folder.resolve("b")));
    assertThat(text("report.tex"))
        .contains("\\parbox{\\linewidth}{\\scriptsize Intervals of 95 \\% are the bootstrap")
        .contains("\\toprule", "(U+4E2D)", "na\u00efve", "$\\geq$");
    Path out = folder.resolve("out");
    Files.writeString(
        out.resolve("all.tex"),
        "\\documentclass{article}\n\\usepackage[T1]{fontenc}\\usepackage{textcomp}"
            + "\\usepackage{booktabs}\\usepackage{array}\\usepackage{adjustbox}\n\\begin{document}\n\\input{report.tex}\n\\end{document}\n");
    Process process;
    try {
      process =
          new ProcessBuilder("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex")
              .directory(out.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.resolve("said.txt").toFile())
              .start();
    } catch (IOException e) {
      Assumptions.abort("pdflatex is not installed: LaTeX is not compiled");
      return;
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(out.resolve("said.txt"), StandardCharsets.ISO_8859_1))
        .isZero();
  }
}
