package org.gradcam4j.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Text in columns. */
public final class TextTable {
  private static final int GAP = 2;

  private TextTable() {}

  /** Rows of equally many cells as lines, each column as wide as its widest cell. */
  public static List<String> lines(List<List<String>> rows) {
    int columns = rows.isEmpty() ? 0 : rows.get(0).size();
    int[] widths =
        IntStream.range(0, columns)
            .map(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String cell = row.get(c);
        line.append(cell).append(" ".repeat(widths[c] - cell.length() + GAP));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
