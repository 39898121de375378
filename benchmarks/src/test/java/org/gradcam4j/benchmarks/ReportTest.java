package org.gradcam4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.benchmarks.RatioTest.measured;
import static org.gradcam4j.benchmarks.RatioTest.timing;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.gradcam4j.benchmarks.Plot.Curve;
import org.gradcam4j.benchmarks.Plot.Dot;
import org.gradcam4j.benchmarks.Plot.Point;
import org.gradcam4j.benchmarks.Ratio.Form;
import org.gradcam4j.benchmarks.Source.Timing;
import org.junit.jupiter.api.Test;

class ReportTest {
  private final Timing ours = timing("ours <b> & \"co\"");
  private final Timing theirs = timing("theirs");
  private final List<Ratio> ratios =
      List.of(
          new Ratio(
              "network",
              "forward",
              Quantity.of(ours.name(), ours),
              Quantity.of("theirs", theirs),
              Form.RATIO,
              Optional.of(Limit.atMost(0.8))));
  private final Measured measured = measured(Map.of(ours, 7.0, theirs, 10.0), Map.of());

  @Test
  void tableHasTheRatioItsLimitAndBothTimes() {
    StringWriter out = new StringWriter();
    TextReport.print(new PrintWriter(out, true), measured, Line.of(ratios, measured));
    assertThat(out.toString().lines())
        .contains(
            "peak: 200 GFLOP/s (best of ten 4096x4096 products in single precision), 30.0 GB/s (best"
                + " of ten copies of 256 MB, read and write)",
            "network                      median  range  limit         ms",
            " forward",
            "   ours <b> & \"co\" / theirs    0.70         <= 0.80  met  7.00 / 10.0",
            "limits: 1 met, 0 missed");
  }

  @Test
  void summaryNamesWhatIsMissed() {
    Measured slow = measured(Map.of(ours, 9.0, theirs, 10.0), Map.of());
    assertThat(TextReport.summary(Line.of(ratios, slow)).lines())
        .containsExactly(
            "limits: 0 met, 1 missed", "  missed: network ours <b> & \"co\" / theirs 0.90 <= 0.80");
    Measured failed = measured(Map.of(), Map.of(ours, "it stopped"));
    assertThat(TextReport.summary(Line.of(ratios, failed)).lines())
        .containsExactly("limits: 0 met, 0 missed", "1 lines failed");
  }

  @Test
  void pageIsWholeAndEscaped() {
    ZonedDateTime time = ZonedDateTime.of(2026, 1, 2, 3, 4, 0, 0, ZoneOffset.UTC);
    String page = HtmlReport.of(measured, Line.of(ratios, measured), time);
    assertThat(page)
        .contains("2 January 2026, 03:04 Z")
        .contains("ours &lt;b&gt; &amp; &quot;co&quot; / theirs")
        .contains("ND4J: &lt;CpuBackend&gt;")
        .doesNotContain("<b>", "http", "src=");
  }

  @Test
  void plotsAreWellFormed() throws Exception {
    Spread spread = new Spread(0.7, 0.6, 0.9, 3);
    parse(
        Plot.dots(
            "a < b",
            List.of(new Dot("it's & <so>", spread, Optional.of(0.8), true)),
            number -> Line.written(Form.RATIO, number)));
    parse(
        Plot.curves(
            "milliseconds",
            "images",
            List.of(new Curve("ours", List.of(new Point(1, spread), new Point(8, spread))))));
  }

  private static void parse(String svg) throws Exception {
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void axesHaveFourToTenTicks() {
    for (double largest = 0.013; largest < 5000; largest *= 1.1) {
      assertThat(Math.ceil(largest / Plot.step(largest))).isBetween(4.0, 10.0);
    }
  }
}
