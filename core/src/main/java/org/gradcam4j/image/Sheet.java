package org.gradcam4j.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A sheet of pictures: a title, a grid with headers for its columns and rows, captions beneath the
 * pictures, a footer. Text wraps; pictures keep their aspect ratio.
 *
 * @param title above everything; may be empty
 * @param columns headers, one a column; empty for none
 * @param rows the grid, each row with as many cells as the others
 * @param footer beneath everything, small; may be empty
 * @param cellSize width of a cell and greatest height of its picture, pixels
 */
public record Sheet(
    String title, List<String> columns, List<Row> rows, String footer, int cellSize) {

  /**
   * A row of cells.
   *
   * @param header to the left; may be empty
   * @param cells from left to right
   */
  public record Row(String header, List<Cell> cells) {
    /** Copies the list. */
    public Row {
      cells = List.copyOf(cells);
    }
  }

  /**
   * A picture and its caption.
   *
   * @param image null for an empty place
   * @param caption beneath the picture; may be empty
   */
  public record Cell(BufferedImage image, String caption) {}

  private static final int MARGIN = 28;
  private static final int GAP = 14;
  private static final long MAX_PIXELS = 200_000_000L;
  private static final Color INK = new Color(0x202124);
  private static final Color FAINT = new Color(0x6B7075);
  private static final Color EMPTY = new Color(0xF1F3F4);

  /** Checks that the grid is rectangular. */
  public Sheet {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    if (rows.isEmpty() || rows.get(0).cells().isEmpty()) {
      throw new IllegalArgumentException("expected a sheet with at least one cell");
    }
    if (cellSize < 32 || cellSize > 4096) {
      throw new IllegalArgumentException("expected a cell size from 32 to 4096, got " + cellSize);
    }
    int count = columns.isEmpty() ? rows.get(0).cells().size() : columns.size();
    for (Row row : rows) {
      if (row.cells().size() != count) {
        throw new IllegalArgumentException(
            "expected "
                + count
                + " cells in each row, got "
                + row.cells().size()
                + " in row '"
                + row.header()
                + "'");
      }
    }
  }

  /**
   * Draws the sheet on white.
   *
   * @throws IllegalArgumentException if it would have more than 200 million pixels
   */
  public BufferedImage draw() {
    return new Layout(this, Lettering::of).draw();
  }

  /** The same with the lettering of machines without fonts. */
  BufferedImage drawWithStrokes() {
    return new Layout(this, Lettering::strokes).draw();
  }

  private interface Typeface {
    Lettering of(int size, boolean bold);
  }

  /** Where everything goes: measured once with nothing to draw on, then drawn by the same code. */
  private static final class Layout {
    private final Sheet sheet;
    private final Lettering title;
    private final Lettering header;
    private final Lettering caption;
    private final Lettering footer;
    private final int rowHeader;
    private final int width;

    /** Null while measuring. */
    private Graphics2D graphics;

    Layout(Sheet sheet, Typeface typeface) {
      this.sheet = sheet;
      double scale = Math.max(0.8, Math.min(2, sheet.cellSize / 240.0));
      title = typeface.of((int) Math.round(22 * scale), true);
      header = typeface.of((int) Math.round(15 * scale), true);
      caption = typeface.of((int) Math.round(13 * scale), false);
      footer = typeface.of((int) Math.round(11 * scale), false);
      int widest = 0;
      for (Row row : sheet.rows) {
        widest = Math.max(widest, header.width(row.header()));
      }
      int most = Math.max(60, sheet.cellSize * 2 / 3);
      rowHeader = widest == 0 ? 0 : Math.min(widest + 1, most) + GAP;
      int cells = sheet.rows.get(0).cells().size();
      width = 2 * MARGIN + rowHeader + cells * sheet.cellSize + (cells - 1) * GAP;
    }

    BufferedImage draw() {
      int height = place();
      if ((long) width * height > MAX_PIXELS) {
        throw new IllegalArgumentException(
            "a sheet of "
                + width
                + "x"
                + height
                + " pixels is too large: use fewer or smaller cells");
      }
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      graphics = image.createGraphics();
      try {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        graphics.setRenderingHint(
            RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(
            RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        place();
      } finally {
        graphics.dispose();
      }
      return image;
    }

    /** Draws from top to bottom and returns the height. */
    private int place() {
      int y = MARGIN;
      if (!sheet.title.isBlank()) {
        y += text(title, sheet.title, MARGIN, y, width - 2 * MARGIN, INK, false) + GAP;
      }
      if (!sheet.columns.isEmpty()) {
        y += columnHeaders(y) + GAP / 2;
      }
      for (Row row : sheet.rows) {
        y += row(row, y) + GAP;
      }
      if (!sheet.footer.isBlank()) {
        y += text(footer, sheet.footer, MARGIN, y, width - 2 * MARGIN, FAINT, false) + GAP;
      }
      return y - GAP + MARGIN;
    }

    private int columnHeaders(int y) {
      int tallest = 0;
      for (String column : sheet.columns) {
        tallest =
            Math.max(tallest, header.wrap(column, sheet.cellSize).size() * header.lineHeight());
      }
      for (int i = 0; i < sheet.columns.size(); i++) {
        int used = header.wrap(sheet.columns.get(i), sheet.cellSize).size() * header.lineHeight();
        // Headers stand on the pictures, however many lines their neighbours have.
        text(header, sheet.columns.get(i), left(i), y + tallest - used, sheet.cellSize, INK, true);
      }
      return tallest;
    }

    private int row(Row row, int y) {
      int tallest = 0;
      for (Cell cell : row.cells()) {
        tallest = Math.max(tallest, fitted(cell)[1]);
      }
      int bottom = tallest;
      if (rowHeader > 0 && !row.header().isBlank()) {
        int room = rowHeader - GAP;
        int used = header.wrap(row.header(), room).size() * header.lineHeight();
        int top = y + Math.max(0, (tallest - used) / 2);
        text(header, row.header(), MARGIN, top, room, INK, false);
        bottom = Math.max(bottom, used);
      }
      for (int i = 0; i < row.cells().size(); i++) {
        Cell cell = row.cells().get(i);
        picture(cell, left(i), y, tallest);
        int used = 0;
        if (!cell.caption().isBlank()) {
          int top = y + tallest + 5;
          used = 5 + text(caption, cell.caption(), left(i), top, sheet.cellSize, FAINT, true);
        }
        bottom = Math.max(bottom, tallest + used);
      }
      return bottom;
    }

    private int left(int column) {
      return MARGIN + rowHeader + column * (sheet.cellSize + GAP);
    }

    private void picture(Cell cell, int x, int y, int rowHeight) {
      if (graphics == null) {
        return;
      }
      int[] size = fitted(cell);
      int left = x + (sheet.cellSize - size[0]) / 2;
      int top = y + (rowHeight - size[1]) / 2;
      if (cell.image() == null) {
        graphics.setColor(EMPTY);
        graphics.fillRect(x, y, sheet.cellSize, rowHeight);
      } else if (size[0] >= 4 * cell.image().getWidth()) {
        // A map of few cells: show the cells.
        graphics.drawImage(cell.image(), left, top, size[0], size[1], null);
      } else {
        graphics.drawImage(resized(cell.image(), size[0], size[1]), left, top, null);
      }
    }

    private static BufferedImage resized(BufferedImage image, int width, int height) {
      byte[] rgb =
          Resampler.resize(
              Photo.rgb(image),
              image.getWidth(),
              image.getHeight(),
              width,
              height,
              Preprocessing.Resampling.ANTIALIASED_BILINEAR);
      return Photo.of(width, height, rgb, "").toBufferedImage();
    }

    /** Width and height of the picture in its cell. */
    private int[] fitted(Cell cell) {
      if (cell.image() == null) {
        return new int[] {sheet.cellSize, 1};
      }
      double scale =
          (double) sheet.cellSize / Math.max(cell.image().getWidth(), cell.image().getHeight());
      return new int[] {
        (int) Math.max(1, Math.round(scale * cell.image().getWidth())),
        (int) Math.max(1, Math.round(scale * cell.image().getHeight()))
      };
    }

    /** Draws wrapped text and returns its height. */
    private int text(
        Lettering lettering, String text, int x, int y, int room, Color colour, boolean centred) {
      List<String> lines = lettering.wrap(text, room);
      for (int i = 0; i < lines.size() && graphics != null; i++) {
        String line = lines.get(i);
        int left = centred ? x + (room - lettering.width(line)) / 2 : x;
        lettering.draw(
            graphics, line, left, y + lettering.ascent() + i * lettering.lineHeight(), colour);
      }
      return lines.size() * lettering.lineHeight();
    }
  }
}
