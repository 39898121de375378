package org.gradcam4j.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.IntStream;

/** Text in columns. */
final class Table {
  private Table() {}

  /** Prints rows of equally many cells, each column as wide as its widest cell. */
  static void print(PrintWriter out, List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths =
        IntStream.range(0, columns)
            .map(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toArray();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = row.get(c);
        line.append(cell).append(" ".repeat(widths[c] - cell.length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
