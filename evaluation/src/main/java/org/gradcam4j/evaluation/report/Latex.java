package org.gradcam4j.evaluation.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.report.Table.Cell;
import org.gradcam4j.evaluation.report.Table.Row;

/**
 * Tables in LaTeX, to be read by {@code \input}; they need the packages booktabs, array and
 * adjustbox, which shrinks a table that is wider than the page. Every text is escaped, since it may
 * come from outside.
 */
final class Latex {
  private static final Map<Integer, String> CHARACTERS =
      Map.ofEntries(
          Map.entry((int) '\\', "\\textbackslash{}"),
          Map.entry((int) '{', "\\{"),
          Map.entry((int) '}', "\\}"),
          Map.entry((int) '$', "\\$"),
          Map.entry((int) '&', "\\&"),
          Map.entry((int) '#', "\\#"),
          Map.entry((int) '_', "\\_"),
          Map.entry((int) '%', "\\%"),
          Map.entry((int) '~', "\\textasciitilde{}"),
          Map.entry((int) '^', "\\textasciicircum{}"),
          Map.entry((int) '<', "\\textless{}"),
          Map.entry((int) '>', "\\textgreater{}"),
          Map.entry((int) '|', "\\textbar{}"),
          Map.entry((int) '"', "\\textquotedbl{}"),
          Map.entry((int) '\'', "\\textquotesingle{}"),
          Map.entry((int) '`', "\\textasciigrave{}"),
          Map.entry((int) '[', "{[}"),
          Map.entry((int) ']', "{]}"),
          Map.entry((int) '–', "--"),
          Map.entry((int) '—', "---"),
          Map.entry((int) '’', "'"),
          Map.entry((int) '×', "$\\times$"),
          Map.entry((int) '±', "$\\pm$"),
          Map.entry((int) '≈', "$\\approx$"),
          Map.entry((int) '≥', "$\\geq$"),
          Map.entry((int) '≤', "$\\leq$"));

  private Latex() {}

  static String heading() {
    return "% Tables of gradcam4j, for \\input; the preamble needs\n"
        + "%   \\usepackage[T1]{fontenc} \\usepackage{textcomp} \\usepackage{booktabs}\n"
        + "%   \\usepackage{array} \\usepackage{adjustbox}\n\n";
  }

  /** A table that floats. */
  static String table(String of, Table table) {
    String columns =
        IntStream.range(0, table.columns().size())
            .mapToObj(c -> column(table, c))
            .collect(Collectors.joining());
    StringBuilder text =
        new StringBuilder(
            "\\begin{table}[htbp]\n\\centering\\footnotesize\\setlength{\\tabcolsep}{4pt}\n");
    text.append("\\caption{").append(escaped(of + ": " + table.title())).append("}\n");
    text.append("\\begin{adjustbox}{max width=\\linewidth}\n");
    text.append("\\begin{tabular}{")
        .append(column(table.rows().stream().map(Row::name), "4cm", 28))
        .append(columns)
        .append("}\n\\toprule\n");
    text.append(
        line(
            Stream.concat(Stream.of(table.corner()), table.columns().stream())
                .map(Latex::heading)));
    text.append("\\midrule\n");
    for (Row row : table.rows()) {
      text.append(
          line(
              Stream.concat(
                  Stream.of(escaped(row.name())), row.cells().stream().map(Latex::cell))));
    }
    text.append("\\bottomrule\n\\end{tabular}\n\\end{adjustbox}\n");
    if (!table.note().isEmpty()) {
      text.append("\\par\\medskip\\parbox{\\linewidth}{\\scriptsize ")
          .append(escaped(table.note()))
          .append("}\n");
    }
    return text.append("\\end{table}\n\n").toString();
  }

  private static String column(Table table, int column) {
    List<String> texts = table.rows().stream().map(row -> row.cells().get(column).text()).toList();
    return texts.stream().allMatch(String::isEmpty) ? "r" : column(texts.stream(), "2.2cm", 18);
  }

  /** Long texts are broken into lines. */
  private static String column(Stream<String> texts, String width, int most) {
    return texts.anyMatch(text -> text.length() > most)
        ? ">{\\raggedright\\arraybackslash}p{" + width + "}"
        : "l";
  }

  /** What stands in brackets is a line of its own. */
  private static String heading(String text) {
    int bracket = text.indexOf(" (");
    return bracket < 0
        ? escaped(text)
        : "\\shortstack[r]{%s\\\\%s}"
            .formatted(escaped(text.substring(0, bracket)), escaped(text.substring(bracket)));
  }

  private static String line(Stream<String> cells) {
    return cells.collect(Collectors.joining(" & ")) + " \\\\\n";
  }

  private static String cell(Cell cell) {
    String number = number(cell.number());
    return Stream.of(
            cell.best() ? "\\textbf{" + number + "}" : number,
            cell.interval().isEmpty() ? "" : "{\\scriptsize " + number(cell.interval()) + "}",
            cell.best() || cell.mark().isEmpty()
                ? ""
                : "{\\scriptsize " + escaped(cell.mark()) + "}",
            cell.count().isEmpty() ? "" : "{\\scriptsize (" + escaped(cell.count()) + ")}",
            escaped(cell.text()))
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private static String number(String number) {
    return escaped(number).replaceAll("-(?=[0-9])", "\\$-\\$");
  }

  /** Text in which no character has a meaning of LaTeX's; what fonts lack is named by its code. */
  static String escaped(String text) {
    return text.strip()
        .replaceAll("[\\s\\p{Cntrl}]+", " ")
        .codePoints()
        .mapToObj(Latex::escaped)
        .collect(Collectors.joining());
  }

  private static String escaped(int c) {
    String known = CHARACTERS.get(c);
    if (known != null) {
      return known;
    }
    boolean letter = c < 0x80 || c >= 0xC0 && c < 0x100;
    return letter ? Character.toString(c) : String.format("(U+%04X)", c);
  }
}
