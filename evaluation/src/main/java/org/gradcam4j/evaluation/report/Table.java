package org.gradcam4j.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table, before it is written as HTML, Markdown or LaTeX.
 *
 * @param title what it shows
 * @param note what a reader must know to read it; may be empty
 * @param corner what the rows are
 * @param columns the columns' headings
 * @param rows the rows, with as many cells as there are columns
 */
record Table(String title, String note, String corner, List<String> columns, List<Row> rows) {
  /**
   * A row.
   *
   * @param name its heading
   * @param cells its cells
   */
  record Row(String name, List<Cell> cells) {}

  /**
   * A cell: a figure, or a text, or nothing.
   *
   * @param number the figure; empty where there is none
   * @param interval its interval
   * @param mark {@code best}, or how it stands to the best
   * @param count of how many observations it is
   * @param text what is no figure
   */
  record Cell(String number, String interval, String mark, String count, String text) {
    static final Cell EMPTY = new Cell("", "", "", "", "");
    static final String BEST = "best";

    static Cell text(String text) {
      return new Cell("", "", "", "", text);
    }

    static Cell number(String number, String interval) {
      return new Cell(number, interval, "", "", "");
    }

    private Cell uncounted() {
      return new Cell(number, interval, mark, "", text);
    }

    boolean best() {
      return mark.equals(BEST);
    }
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** With the cells' count in the note instead, where all have the same. */
  Table countedOnce() {
    List<String> counts =
        rows.stream()
            .flatMap(row -> row.cells().stream())
            .filter(cell -> cell != Cell.EMPTY)
            .map(Cell::count)
            .distinct()
            .toList();
    if (counts.size() != 1) {
      return this;
    }
    return new Table(
        title,
        (note + " Each figure is of " + counts.get(0) + ".").strip(),
        corner,
        columns,
        rows.stream()
            .map(row -> new Row(row.name(), row.cells().stream().map(Cell::uncounted).toList()))
            .toList());
  }

  /** Rows as columns. */
  Table transposed(String rowsAre) {
    List<Row> turned = new ArrayList<>();
    IntStream.range(0, columns.size())
        .forEach(
            c ->
                turned.add(
                    new Row(columns.get(c), rows.stream().map(r -> r.cells().get(c)).toList())));
    return new Table(title, note, rowsAre, rows.stream().map(Row::name).toList(), turned);
  }
}
