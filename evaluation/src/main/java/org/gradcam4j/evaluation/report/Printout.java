package org.gradcam4j.evaluation.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.experiment.Published;
import org.gradcam4j.evaluation.experiment.Variant;
import org.gradcam4j.evaluation.metric.Metric;
import org.gradcam4j.evaluation.metric.Metric.Direction;
import org.gradcam4j.evaluation.metric.Metric.Unit;
import org.gradcam4j.evaluation.run.Run;
import org.gradcam4j.evaluation.run.RunConfiguration;
import org.gradcam4j.evaluation.run.Summary;
import org.gradcam4j.text.TextTable;

/**
 * A run for a terminal: its settings, and its figures in tables of plain text, a row a variant. The
 * metrics of a table have one unit and the same variants; those that do not fit beside each other
 * continue below.
 */
public final class Printout {
  /** Headings that are wider than this and than their column take several lines. */
  private static final int HEADING = 18;

  /** More decimals cost more width than they tell. */
  private static final int MOST_OF_PERCENT = 2;

  private static final int MOST_OF_NUMBER = 4;

  private final MeasuredRun run;
  private final int width;

  /** What published figures are of and where they stand, in the order of their numbers. */
  private final List<String> sources = new ArrayList<>();

  private Printout(MeasuredRun run, int width) {
    this.run = run;
    this.width = width;
  }

  /**
   * A run's lines.
   *
   * @param summary its figures
   * @param width how many characters a line should have at most
   */
  public static List<String> lines(Run run, Summary summary, int width) {
    return new Printout(new MeasuredRun("", run, run.tally(), summary), width).lines();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    RunConfiguration configuration = run.configuration();
    lines.add(configuration.title());
    lines.add("");
    lines.addAll(
        wrapped(
            "network: ",
            "%s (default layer %s)"
                .formatted(configuration.network().name(), configuration.network().layer())));
    lines.addAll(wrapped("input: ", configuration.network().preprocessing()));
    lines.addAll(
        wrapped(
            "data: ",
            "%s (%s)".formatted(configuration.data().name(), configuration.data().selection())));
    Facts.settings(configuration.settings()).stream()
        .map(Printout::ofAnyLayer)
        .distinct()
        .forEach(setting -> lines.addAll(wrapped(path(setting.name()) + ": ", setting.value())));
    tables(run.networkMetrics(), true).forEach(lines::addAll);
    tables(run.comparingMetrics(), false).forEach(lines::addAll);
    if (!sources.isEmpty()) {
      lines.add("");
    }
    for (int i = 0; i < sources.size(); i++) {
      lines.addAll(wrapped("[" + (i + 1) + "] ", sources.get(i)));
    }
    for (String note : configuration.notes()) {
      lines.add("");
      lines.addAll(wrapped("note: ", note));
    }
    lines.add("");
    return lines;
  }

  /** Of a method at a layer what is said of it at every layer: one line for all. */
  private static Facts.Fact ofAnyLayer(Facts.Fact setting) {
    int at = setting.name().indexOf(Variant.AT);
    if (at < 0) {
      return setting;
    }
    String layer = setting.name().substring(at + 1);
    return new Facts.Fact(
        setting.name().substring(0, at + 1) + "...",
        setting.value().replace("layer=" + layer, "layer=..."));
  }

  /** {@code Box: threshold} as {@code box.threshold}. */
  private static String path(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1).replace(": ", ".");
  }

  /** Which metrics stand in one table. */
  private record Kind(Unit unit, List<String> variants) {}

  private List<List<String>> tables(List<Metric> metrics, boolean network) {
    Map<Kind, List<Metric>> byKind = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      List<String> variants =
          run.variants(metric).stream().filter(variant -> variant.isEmpty() == network).toList();
      byKind
          .computeIfAbsent(new Kind(metric.unit(), variants), kind -> new ArrayList<>())
          .add(metric);
    }
    List<List<String>> tables = new ArrayList<>();
    byKind.forEach((kind, own) -> tables.add(table(kind, own, network)));
    return tables;
  }

  private List<String> table(Kind kind, List<Metric> metrics, boolean network) {
    List<String> names = network ? List.of(run.configuration().network().name()) : kind.variants();
    Column rows = new Column(List.of(network ? "network" : "variant"), names);
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "%s over %d images [95 %% interval]"
            .formatted(
                kind.unit() == Unit.PERCENT ? "Percent" : "Figures", run.summary().measured()));
    List<Column> block = new ArrayList<>(List.of(rows));
    for (Metric metric : metrics) {
      List<Column> own = columns(metric, kind.variants());
      List<Column> longer = Stream.concat(block.stream(), own.stream()).toList();
      if (block.size() > 1 && isTooWide(rendered(longer))) {
        lines.add("");
        lines.addAll(rendered(block));
        block = new ArrayList<>(List.of(rows));
      }
      block.addAll(own);
    }
    lines.add("");
    lines.addAll(rendered(block));
    return lines;
  }

  private boolean isTooWide(List<String> lines) {
    return lines.stream().anyMatch(line -> line.length() > width);
  }

  /**
   * A column.
   *
   * @param heading its lines
   * @param cells a cell a row
   */
  private record Column(List<String> heading, List<String> cells) {
    /** The cell of a line of the whole column, whose heading is so many lines high. */
    String line(int line, int height) {
      int own = line - height + heading.size();
      return line >= height ? cells.get(line - height) : own < 0 ? "" : heading.get(own);
    }
  }

  private static List<String> rendered(List<Column> columns) {
    int height = columns.stream().mapToInt(column -> column.heading().size()).max().orElse(0);
    return TextTable.lines(
        IntStream.range(0, height + columns.get(0).cells().size())
            .mapToObj(l -> columns.stream().map(column -> column.line(l, height)).toList())
            .toList());
  }

  /** A metric's figures, and what belongs to them. */
  private List<Column> columns(Metric metric, List<String> variants) {
    List<Optional<Summary.Entry>> entries =
        variants.stream().map(variant -> run.entry(metric, variant)).toList();
    List<Column> columns = new ArrayList<>();
    columns.add(figures(metric, entries));
    if (entries.stream().flatMap(Optional::stream).anyMatch(this::isOfOtherImages)) {
      columns.add(counts("images", entries, Summary.Entry::images));
    }
    if (entries.stream().flatMap(Optional::stream).anyMatch(entry -> entry.undefined() > 0)) {
      columns.add(counts("undefined", entries, Summary.Entry::undefined));
    }
    columns.addAll(published(metric, variants));
    return columns;
  }

  private boolean isOfOtherImages(Summary.Entry entry) {
    return entry.images() != run.summary().measured();
  }

  private Column figures(Metric metric, List<Optional<Summary.Entry>> entries) {
    int most = metric.unit() == Unit.PERCENT ? MOST_OF_PERCENT : MOST_OF_NUMBER;
    int decimals = Math.min(most, run.decimals(metric));
    List<Table.Cell> cells =
        entries.stream()
            .map(e -> e.map(entry -> RunTables.cell(entry, decimals, "")).orElse(Table.Cell.EMPTY))
            .toList();
    List<String> numbers = right(cells.stream().map(Table.Cell::number).toList());
    List<String> intervals = right(cells.stream().map(Table.Cell::interval).toList());
    List<String> figures =
        IntStream.range(0, cells.size())
            .mapToObj(i -> numbers.get(i) + " " + intervals.get(i))
            .toList();
    List<String> heading =
        new ArrayList<>(broken(metric.name(), Math.max(HEADING, figures.get(0).length())));
    if (metric.direction() != Direction.NEITHER) {
      heading.add(metric.direction().name().toLowerCase(Locale.ROOT) + " is better");
    }
    return new Column(heading, figures);
  }

  /** Counts something. */
  private interface Count {
    int of(Summary.Entry entry);
  }

  private static Column counts(String heading, List<Optional<Summary.Entry>> entries, Count count) {
    return new Column(
        List.of(heading),
        right(
            entries.stream()
                .map(e -> e.map(entry -> Integer.toString(count.of(entry))).orElse(""))
                .toList()));
  }

  /** A column a source that has figures of the metric and the variants. */
  private List<Column> published(Metric metric, List<String> variants) {
    Map<String, List<Published>> bySource = new LinkedHashMap<>();
    for (Published published : run.configuration().published()) {
      if (published.metric().equals(metric.name())
          && variants.stream().anyMatch(variant -> RunTables.isOf(published, variant))) {
        bySource
            .computeIfAbsent(
                published.setting() + "; " + published.source(), s -> new ArrayList<>())
            .add(published);
      }
    }
    List<Column> columns = new ArrayList<>();
    bySource.forEach(
        (source, figures) -> {
          if (!sources.contains(source)) {
            sources.add(source);
          }
          String number = "[" + (sources.indexOf(source) + 1) + "]";
          columns.add(new Column(List.of("paper", number), right(cells(figures, variants))));
        });
    return columns;
  }

  /** With the decimals of the one that has most. */
  private static List<String> cells(List<Published> figures, List<String> variants) {
    int decimals =
        figures.stream().mapToInt(f -> RunTables.exactly(f.value()).scale()).max().orElse(0);
    return variants.stream()
        .map(
            variant ->
                figures.stream()
                    .filter(published -> RunTables.isOf(published, variant))
                    .findFirst()
                    .map(published -> Digits.number(published.value(), Math.max(0, decimals)))
                    .orElse(""))
        .toList();
  }

  /** With spaces before them, so that all are as long as the longest. */
  private static List<String> right(List<String> cells) {
    int longest = cells.stream().mapToInt(String::length).max().orElse(0);
    return cells.stream().map(cell -> " ".repeat(longest - cell.length()) + cell).toList();
  }

  /** A name, broken behind hyphens where it is too long. */
  private static List<String> broken(String name, int longest) {
    List<String> lines = new ArrayList<>(List.of(""));
    for (String part : name.split("(?<=-)")) {
      int last = lines.size() - 1;
      if (!lines.get(last).isEmpty() && lines.get(last).length() + part.length() > longest) {
        lines.add(part);
      } else {
        lines.set(last, lines.get(last) + part);
      }
    }
    return lines;
  }

  /** A text behind its beginning, broken at spaces, further lines below the text. */
  private List<String> wrapped(String beginning, String text) {
    String indent = " ".repeat(Math.min(beginning.length(), width / 4));
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(beginning.stripTrailing());
    for (String word : text.split(" ")) {
      if (line.length() + 1 + word.length() > width && !line.toString().isBlank()) {
        lines.add(line.toString());
        line = new StringBuilder(indent.isEmpty() ? "" : indent.substring(1));
      }
      line.append(' ').append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
