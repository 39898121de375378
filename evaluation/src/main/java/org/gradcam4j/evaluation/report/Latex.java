package org.gradcam4j.evaluation.report;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradcam4j.evaluation.report.Table.Cell;
import org.gradcam4j.evaluation.report.Table.Row;

/**
 * Tables in LaTeX, to be read by {@code \input}; they need the package booktabs. Every text is
 * escaped, since it may come from outside.
 */
final class Latex {
  /** Columns with longer texts are broken into lines. */
  private static final int LONG = 24;

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
        + "%   \\usepackage[T1]{fontenc} \\usepackage{textcomp} \\usepackage{booktabs}\n\n";
  }

  /** A table that floats. */
  static String table(String of, Table table) {
    String columns =
        IntStream.range(0, table.columns().size())
            .mapToObj(c -> column(table, c))
            .collect(Collectors.joining());
    StringBuilder text = new StringBuilder("\\begin{table}[htbp]\n\\centering\\small\n");
    text.append("\\caption{").append(escaped(of + ": " + table.title())).append("}\n");
    text.append("\\begin{tabular}{l").append(columns).append("}\n\\toprule\n");
    text.append(
        line(
            Stream.concat(Stream.of(table.corner()), table.columns().stream())
                .map(Latex::escaped)));
    text.append("\\midrule\n");
    for (Row row : table.rows()) {
      text.append(
          line(
              Stream.concat(
                  Stream.of(escaped(row.name())), row.cells().stream().map(Latex::cell))));
    }
    return text.append("\\bottomrule\n\\end{tabular}\n\\end{table}\n\n").toString();
  }

  private static String column(Table table, int column) {
    int longest =
        table.rows().stream()
            .mapToInt(row -> row.cells().get(column).text().length())
            .max()
            .orElse(0);
    return longest == 0 ? "r" : longest > LONG ? "p{3.5cm}" : "l";
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
