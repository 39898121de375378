package org.gradcam4j.benchmarks;

import static org.gradcam4j.benchmarks.Plot.escape;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.gradcam4j.benchmarks.Plot.Curve;
import org.gradcam4j.benchmarks.Plot.Dot;
import org.gradcam4j.benchmarks.Plot.Point;
import org.gradcam4j.benchmarks.Ratio.Form;
import org.gradcam4j.benchmarks.Source.Timing;
import org.gradcam4j.benchmarks.network.NetworkBenchmark;
import org.gradcam4j.benchmarks.peer.LibtorchBenchmark;

/** The results as one page that needs nothing beside it. */
final class HtmlReport {
  private static final String STYLE =
      """
      body { font: 15px/1.5 sans-serif; color: #222; max-width: 62em; margin: 2em auto; \
      padding: 0 1em }
      table { border-collapse: collapse; margin: 1em 0; font-size: 14px }
      th, td { text-align: left; padding: .2em .8em .2em 0; border-bottom: 1px solid #e4e4e4 }
      td.n { text-align: right; white-space: nowrap }
      .met { color: #2e7d32 } .missed, .failed { color: #b3261e; font-weight: bold }
      svg { display: block; max-width: 100%; margin: 1em 0; font: 13px sans-serif }
      h2 { margin-top: 2em; border-bottom: 2px solid #222 }
      """;

  private final Measured measured;
  private final List<Line> lines;
  private final StringBuilder html = new StringBuilder();

  private HtmlReport(Measured measured, List<Line> lines) {
    this.measured = measured;
    this.lines = lines;
  }

  /** The page. */
  static String of(Measured measured, List<Line> lines, ZonedDateTime time) {
    return new HtmlReport(measured, lines).write(time);
  }

  private String write(ZonedDateTime time) {
    html.append("<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n")
        .append("<title>gradcam4j benchmarks</title>\n<style>\n")
        .append(STYLE)
        .append("</style>\n</head>\n<body>\n<h1>gradcam4j benchmarks</h1>\n");
    String when =
        time.format(DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm zzz", Locale.ENGLISH));
    paragraph(when + ". " + Machine.describe() + ".");
    paragraph(TextReport.peak(measured));
    measured.remarks().forEach(this::paragraph);
    TextReport.summary(lines).lines().forEach(this::paragraph);
    shares();
    Map<String, List<Line>> subjects =
        lines.stream()
            .collect(
                Collectors.groupingBy(
                    line -> line.ratio().subject(), LinkedHashMap::new, Collectors.toList()));
    subjects.forEach(this::subject);
    times();
    html.append("<h2>Notes</h2>\n");
    TextReport.NOTES.forEach(this::paragraph);
    return html.append("</body>\n</html>\n").toString();
  }

  private void paragraph(String text) {
    html.append("<p>").append(escape(text)).append("</p>\n");
  }

  private void shares() {
    List<Line> shares =
        lines.stream()
            .filter(line -> !line.ratio().subject().equals(KernelSuite.SUBJECT))
            .filter(line -> line.ratio().form() == Form.SHARE && line.value().isPresent())
            .toList();
    if (!shares.isEmpty()) {
      html.append("<h2>Share of the roofline</h2>\n");
      dots(Form.SHARE, shares, true);
    }
  }

  private void subject(String subject, List<Line> own) {
    html.append("<h2>").append(escape(subject)).append("</h2>\n");
    for (Form form : Form.values()) {
      boolean shown = form != Form.SHARE || subject.equals(KernelSuite.SUBJECT);
      List<Line> plotted =
          own.stream()
              .filter(line -> line.ratio().form() == form && line.value().isPresent())
              .toList();
      if (shown && !plotted.isEmpty()) {
        dots(form, plotted, false);
      }
    }
    batches(subject);
    table(own);
  }

  private void dots(Form form, List<Line> plotted, boolean withSubject) {
    String title =
        switch (form) {
          case RATIO -> "Time over time: less is faster";
          case TIMES -> "How many times faster";
          case SHARE -> "Share of the time that the roofline implies";
        };
    html.append("<h3>").append(title).append("</h3>\n");
    List<Dot> dots =
        plotted.stream()
            .map(
                line ->
                    new Dot(
                        (withSubject ? line.ratio().subject() + ", " : "") + line.ratio().name(),
                        line.value().orElseThrow(),
                        line.ratio().limit().map(Limit::value),
                        line.isMet().orElse(true)))
            .toList();
    html.append(Plot.dots(title, dots, number -> Line.written(form, number)));
  }

  /** Milliseconds of an image over the size of its batch, for each library. */
  private void batches(String subject) {
    Map<String, TreeMap<Integer, Spread>> curves = new LinkedHashMap<>();
    for (Timing timing : timings()) {
      boolean forward =
          timing.benchmark().equals(NetworkBenchmark.class.getName() + ".forward")
              || timing.benchmark().equals(LibtorchBenchmark.class.getName() + ".forward");
      if (forward && timing.subject().equals(subject)) {
        String library =
            switch (timing.parameters().getOrDefault("layout", "")) {
              case "" -> "gradcam4j";
              case "CONTIGUOUS" -> "libtorch";
              default -> "libtorch, channels last";
            };
        measured
            .milliseconds(timing)
            .ifPresent(
                spread ->
                    curves
                        .computeIfAbsent(library, key -> new TreeMap<>())
                        .put(timing.items(), spread));
      }
    }
    if (curves.values().stream().anyMatch(points -> points.size() > 1)) {
      html.append("<h3>Forward pass: milliseconds of an image</h3>\n");
      List<Curve> drawn = new ArrayList<>();
      curves.forEach(
          (library, points) ->
              drawn.add(
                  new Curve(
                      library,
                      points.entrySet().stream()
                          .map(point -> new Point(point.getKey(), point.getValue()))
                          .toList())));
      html.append(Plot.curves("milliseconds of an image", "images in a batch", drawn));
    }
  }

  private void table(List<Line> own) {
    html.append("<table>\n<tr><th>ratio<th>median<th>range<th>limit<th><th>ms</tr>\n");
    for (Line line : own) {
      html.append("<tr><td>").append(escape(line.ratio().name()));
      number(line.median());
      number(line.range());
      number(line.limit());
      String verdict = line.failure().isEmpty() ? line.verdict() : "failed";
      html.append("<td class='").append(verdict).append("'>").append(verdict);
      number(line.failure().isEmpty() ? line.milliseconds() : line.failure());
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }

  private void number(String text) {
    html.append("<td class='n'>").append(escape(text));
  }

  private void times() {
    html.append("<h2>All times</h2>\n<table>\n");
    html.append("<tr><th><th>what<th>ms, median<th>least<th>most<th>rounds</tr>\n");
    for (Timing timing : timings()) {
      measured
          .milliseconds(timing)
          .ifPresent(
              spread -> {
                html.append("<tr><td>").append(escape(timing.subject()));
                html.append("<td>").append(escape(timing.name()));
                number(Line.milliseconds(spread.median()));
                number(Line.milliseconds(spread.least()));
                number(Line.milliseconds(spread.most()));
                number(Integer.toString(spread.rounds()));
                html.append("</tr>\n");
              });
    }
    html.append("</table>\n");
  }

  private List<Timing> timings() {
    return lines.stream()
        .flatMap(line -> line.ratio().sources())
        .filter(Timing.class::isInstance)
        .map(Timing.class::cast)
        .distinct()
        .toList();
  }
}
