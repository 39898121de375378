package org.gradcam4j.evaluation.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.report.Table.Cell;
import org.gradcam4j.evaluation.report.Table.Row;

/** Tables in GitHub's Markdown; every text is escaped, since it may come from outside. */
final class Markdown {
  private Markdown() {}

  static String heading(int level, String text) {
    return "#".repeat(level) + " " + escaped(text) + "\n\n";
  }

  static String paragraph(String text) {
    return text.isEmpty() ? "" : escaped(text) + "\n\n";
  }

  static String facts(List<Facts.Fact> facts) {
    return facts.stream()
        .map(fact -> "- " + escaped(fact.name()) + ": " + escaped(fact.value()) + "\n")
        .collect(Collectors.joining("", "", "\n"));
  }

  static String table(int level, Table table) {
    StringBuilder text = new StringBuilder(heading(level, table.title()));
    text.append(paragraph(table.note()));
    text.append(
        line(
            Stream.concat(Stream.of(table.corner()), table.columns().stream())
                .map(Markdown::escaped)
                .toList()));
    text.append("|---|")
        .append(
            IntStream.range(0, table.columns().size())
                .mapToObj(c -> isNumbers(table, c) ? "---:|" : "---|")
                .collect(Collectors.joining()))
        .append('\n');
    for (Row row : table.rows()) {
      text.append(
          line(
              Stream.concat(
                      Stream.of(escaped(row.name())), row.cells().stream().map(Markdown::cell))
                  .toList()));
    }
    return text.append('\n').toString();
  }

  private static boolean isNumbers(Table table, int column) {
    return table.rows().stream().allMatch(row -> row.cells().get(column).text().isEmpty());
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String cell(Cell cell) {
    String number = escaped(cell.number());
    return Stream.of(
            cell.best() ? "**" + number + "**" : number,
            escaped(cell.interval()),
            cell.best() ? "" : escaped(cell.mark()),
            cell.count().isEmpty() ? "" : "(" + escaped(cell.count()) + ")",
            escaped(cell.text()))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }

  /** One line in which no character has a meaning of Markdown's or HTML's. */
  static String escaped(String text) {
    return text.strip()
        .replaceAll("[\\s\\p{Cntrl}]+", " ")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replaceAll("[\\\\`*_\\[\\]{}#|~]", "\\\\$0");
  }
}
