package org.gradcam4j.evaluation.report;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.report.Facts.Fact;
import org.gradcam4j.evaluation.report.Page.Drawing;
import org.gradcam4j.evaluation.report.Page.Listing;
import org.gradcam4j.evaluation.report.Page.RunPart;
import org.gradcam4j.evaluation.report.Page.Section;
import org.gradcam4j.evaluation.run.ImageRecord;
import org.gradcam4j.evaluation.run.RunConfiguration;
import org.gradcam4j.file.Atomically;

/**
 * A report on runs: a self-contained HTML page, and its tables as Markdown, LaTeX and CSV beside
 * it. It is made from the runs' folders alone; a run that is unfinished is reported as far as it
 * is.
 *
 * <p>Runs of one experiment stand side by side, those of different ones are sections.
 */
public final class Report {
  private static final int MOST_PICTURES = 400;
  private static final int MOST_LISTED = 500;

  private final List<Group> groups;

  private Report(List<Group> groups) {
    this.groups = groups;
  }

  /** A run with its tables. */
  private record Tabled(MeasuredRun run, RunTables tables) {}

  /** The runs of one experiment, and the tables that set several side by side. */
  private record Group(List<Tabled> runs, List<Table> sideBySide, List<Plot> plots) {
    static Group of(List<MeasuredRun> runs) {
      List<Tabled> tabled = runs.stream().map(run -> new Tabled(run, RunTables.of(run))).toList();
      if (runs.size() == 1) {
        return new Group(tabled, List.of(), List.of());
      }
      RunComparison comparison = new RunComparison(runs);
      return new Group(tabled, comparison.all(), Plots.of(runs, comparison));
    }

    /** What all runs of the experiment say alike. */
    RunConfiguration configuration() {
      return runs.get(0).run().configuration();
    }
  }

  /**
   * Reads runs.
   *
   * @param folders the runs' folders, at least one
   * @throws IOException with one line, if a folder holds no run or a damaged one
   * @throws IllegalArgumentException if there is no folder
   */
  public static Report read(List<Path> folders) throws IOException {
    if (folders.isEmpty()) {
      throw new IllegalArgumentException("no run to report on: expected at least one folder");
    }
    List<String> labels = labels(folders);
    Map<String, List<MeasuredRun>> byExperiment = new LinkedHashMap<>();
    for (int i = 0; i < folders.size(); i++) {
      MeasuredRun run = MeasuredRun.read(labels.get(i), folders.get(i));
      byExperiment
          .computeIfAbsent(run.configuration().experiment(), name -> new ArrayList<>())
          .add(run);
    }
    return new Report(byExperiment.values().stream().map(Group::of).toList());
  }

  /** The folders' names, with a number where two have one. */
  private static List<String> labels(List<Path> folders) {
    List<String> labels = new ArrayList<>();
    for (Path folder : folders) {
      Path name = folder.toAbsolutePath().normalize().getFileName();
      String label = name == null ? "run" : name.toString();
      String free = label;
      for (int i = 2; labels.contains(free); i++) {
        free = label + " (" + i + ")";
      }
      labels.add(free);
    }
    return labels;
  }

  /**
   * Writes the report, each file beside its place and renamed.
   *
   * @param html the page's file; the others bear its name with other endings
   * @return the files, the page first
   * @throws IOException if a file cannot be written
   */
  public List<Path> write(Path html) throws IOException {
    Page page = page();
    String name = html.getFileName().toString().replaceFirst("\\.html?$", "");
    Map<Path, String> texts = new LinkedHashMap<>();
    texts.put(html.resolveSibling(name + ".md"), markdown());
    texts.put(html.resolveSibling(name + ".tex"), latex());
    texts.put(html.resolveSibling(name + "-figures.csv"), Csv.figures(runs()));
    texts.put(html.resolveSibling(name + "-published.csv"), Csv.published(runs()));
    texts.put(html.resolveSibling(name + "-differences.csv"), Csv.differences(runs()));
    texts.put(html.resolveSibling(name + "-costs.csv"), Csv.costs(runs()));
    Atomically.write(
        html,
        out -> {
          Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          page.write(writer);
          writer.flush();
        });
    for (Map.Entry<Path, String> text : texts.entrySet()) {
      Atomically.write(
          text.getKey(), out -> out.write(text.getValue().getBytes(StandardCharsets.UTF_8)));
    }
    return Stream.concat(Stream.of(html), texts.keySet().stream()).toList();
  }

  private List<MeasuredRun> runs() {
    return groups.stream().flatMap(group -> group.runs().stream()).map(Tabled::run).toList();
  }

  private Page page() throws IOException {
    List<Section> sections = new ArrayList<>();
    for (Group group : groups) {
      sections.add(section(sections.size() + 1, group));
    }
    String title =
        sections.size() == 1 ? sections.get(0).title() : sections.size() + " experiments";
    return new Page(title, sections);
  }

  private Section section(int number, Group group) throws IOException {
    List<RunPart> parts = new ArrayList<>();
    for (Tabled run : group.runs()) {
      parts.add(part("experiment-" + number + "-run-" + (parts.size() + 1), run));
    }
    return new Section(
        "experiment-" + number,
        group.configuration().title(),
        group.configuration().description(),
        group.sideBySide(),
        group.plots().stream().map(Drawing::of).toList(),
        parts,
        group.configuration().metrics());
  }

  private RunPart part(String id, Tabled tabled) throws IOException {
    MeasuredRun run = tabled.run();
    RunTables tables = tabled.tables();
    RunConfiguration c = run.configuration();
    return new RunPart(
        id,
        run.label(),
        state(run),
        c.notes(),
        counts(run),
        listing(run, record -> record.measured() ? List.of() : List.of(record.failure())),
        listing(run, ImageRecord::remarks),
        c.data().problems() == null ? List.of() : c.data().problems(),
        Facts.network(c.network()),
        Facts.data(run),
        Facts.settings(c.settings()),
        c.provenance() == null
            ? List.of()
            : c.provenance().entrySet().stream()
                .map(entry -> new Fact(entry.getKey(), entry.getValue()))
                .toList(),
        Stream.of(tables.figures(), tables.network(), tables.published())
            .filter(table -> !table.isEmpty())
            .toList(),
        tables.differences(),
        tables.costs(),
        Plots.of(run).stream().map(Drawing::of).toList(),
        Gallery.of(run, MOST_PICTURES / runs().size()));
  }

  /** What must be said before the figures; empty if nothing. */
  private static String state(MeasuredRun run) {
    int done = run.run().records().size();
    int all = run.run().ids().size();
    String unfinished =
        done < all
            ? "This run is unfinished: %d of %d images are done, and the figures are of these."
                .formatted(done, all)
            : "";
    String none = run.measured().isEmpty() ? "No image was measured: there are no figures." : "";
    return (unfinished + " " + none).strip();
  }

  private static String counts(MeasuredRun run) {
    return "%d of %d images measured, %d failed, %d remarked on"
        .formatted(
            run.summary().measured(),
            run.summary().images(),
            run.summary().failed(),
            run.summary().remarked());
  }

  /** Says things of an image. */
  private interface Sayings {
    List<String> of(ImageRecord record);
  }

  private static Listing listing(MeasuredRun run, Sayings sayings) {
    List<Fact> lines =
        run.run().records().stream()
            .filter(record -> !sayings.of(record).isEmpty())
            .map(record -> new Fact(record.image(), String.join("; ", sayings.of(record))))
            .toList();
    return new Listing(lines.size(), lines.stream().limit(MOST_LISTED).toList());
  }

  private String markdown() {
    StringBuilder text = new StringBuilder();
    for (Group group : groups) {
      text.append(Markdown.heading(1, group.configuration().title()));
      text.append(Markdown.paragraph(group.configuration().description()));
      group.sideBySide().forEach(table -> text.append(Markdown.table(3, table)));
      for (Tabled tabled : group.runs()) {
        MeasuredRun run = tabled.run();
        text.append(Markdown.heading(2, run.label()));
        text.append(Markdown.paragraph(of(run) + ": " + counts(run) + "."));
        text.append(Markdown.paragraph(state(run)));
        run.configuration().notes().forEach(note -> text.append(Markdown.paragraph(note)));
        tabled.tables().all().forEach(table -> text.append(Markdown.table(3, table)));
        text.append(Markdown.heading(3, "What was asked for"));
        text.append(Markdown.facts(Facts.asked(run)));
      }
    }
    return text.toString();
  }

  private String latex() {
    StringBuilder text = new StringBuilder(Latex.heading());
    for (Group group : groups) {
      String title = group.configuration().title();
      group.sideBySide().forEach(table -> text.append(Latex.table(title, table)));
      for (Tabled tabled : group.runs()) {
        String unfinished =
            state(tabled.run()).isEmpty() ? "" : " (unfinished: " + counts(tabled.run()) + ")";
        String caption = title + ", " + of(tabled.run()) + unfinished;
        tabled.tables().all().forEach(table -> text.append(Latex.table(caption, table)));
      }
    }
    return text.toString();
  }

  private static String of(MeasuredRun run) {
    return run.configuration().network().name() + " on " + run.configuration().data().name();
  }
}
