package org.gradcam4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.gradcam4j.image.Sheet.Cell;
import org.gradcam4j.image.Sheet.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SheetTest {
  private static final int RED = 0xFFFF0000;
  private static final int BLUE = 0xFF0000FF;

  private static BufferedImage filled(int width, int height, int colour) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, colour);
    }
    return image;
  }

  /** xMin, yMin, width, height of all pixels of a colour. */
  private static int[] extent(BufferedImage sheet, int colour) {
    int xMin = Integer.MAX_VALUE;
    int yMin = Integer.MAX_VALUE;
    int xMax = -1;
    int yMax = -1;
    for (int y = 0; y < sheet.getHeight(); y++) {
      for (int x = 0; x < sheet.getWidth(); x++) {
        if (sheet.getRGB(x, y) == colour) {
          xMin = Math.min(xMin, x);
          yMin = Math.min(yMin, y);
          xMax = Math.max(xMax, x);
          yMax = Math.max(yMax, y);
        }
      }
    }
    return new int[] {xMin, yMin, xMax - xMin + 1, yMax - yMin + 1};
  }

  private static int inked(BufferedImage image, int fromY, int toY) {
    int count = 0;
    for (int y = fromY; y < toY; y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += image.getRGB(x, y) != 0xFFFFFFFF ? 1 : 0;
      }
    }
    return count;
  }

  private static Sheet sheet(String title, String caption) {
    return new Sheet(
        title,
        List.of("First", "Second"),
        List.of(
            new Row(
                "a row",
                List.of(
                    new Cell(filled(400, 200, RED), caption),
                    new Cell(filled(50, 100, BLUE), "")))),
        "the footer",
        160);
  }

  @Test
  void picturesKeepTheirAspectRatioInEqualCells() {
    BufferedImage drawn = sheet("A title", "a caption").draw();

    int[] red = extent(drawn, RED);
    int[] blue = extent(drawn, BLUE);
    assertThat(red[2]).isEqualTo(160);
    assertThat(red[3]).isEqualTo(80);
    assertThat(blue[2]).isEqualTo(80);
    assertThat(blue[3]).isEqualTo(160);
    // Centred in its cell, one cell and a gap to the right.
    assertThat(blue[0] - red[0]).isEqualTo(160 + 14 + 40);
    assertThat(red[1] + 40).isEqualTo(blue[1] + 80);
  }

  @Test
  void theBorderIsWhiteAndTheTextIsThere() {
    BufferedImage drawn = sheet("A title", "a caption").draw();
    int[] blue = extent(drawn, BLUE);

    assertThat(inked(drawn, 0, 20)).isZero();
    assertThat(inked(drawn, drawn.getHeight() - 20, drawn.getHeight())).isZero();
    assertThat(inked(drawn, 20, blue[1])).as("title and headers").isGreaterThan(100);
    assertThat(inked(drawn, blue[1] + blue[3], drawn.getHeight()))
        .as("caption and footer")
        .isGreaterThan(100);
  }

  @Test
  void longTextMakesTheSheetTallerNotWider() {
    String words = "many words that do not fit into a single line ".repeat(6);

    BufferedImage plain = sheet("A title", "a caption").draw();
    BufferedImage captioned = sheet("A title", words).draw();
    BufferedImage titled = sheet(words, "a caption").draw();
    BufferedImage unbroken = sheet("A title", "x".repeat(400)).draw();

    for (BufferedImage taller : List.of(captioned, titled, unbroken)) {
      assertThat(taller.getWidth()).isEqualTo(plain.getWidth());
      assertThat(taller.getHeight()).isGreaterThan(plain.getHeight());
    }
  }

  @Test
  void aMapOfFewCellsIsDrawnAsCells() {
    BufferedImage map = filled(2, 1, RED);
    map.setRGB(1, 0, BLUE);
    Sheet sheet =
        new Sheet("", List.of(), List.of(new Row("", List.of(new Cell(map, "")))), "", 100);

    BufferedImage drawn = sheet.draw();

    assertThat(extent(drawn, RED)).containsExactly(28, 28, 50, 50);
    assertThat(extent(drawn, BLUE)).containsExactly(78, 28, 50, 50);
    assertThat(drawn.getWidth()).isEqualTo(156);
    assertThat(drawn.getHeight()).isEqualTo(106);
  }

  @Test
  void anEmptyPlaceIsGrey() {
    Sheet sheet =
        new Sheet(
            "",
            List.of(),
            List.of(new Row("", List.of(new Cell(null, ""), new Cell(filled(9, 9, RED), "")))),
            "",
            100);

    assertThat(extent(sheet.draw(), 0xFFF1F3F4)).containsExactly(28, 28, 100, 100);
  }

  /** Where Java finds no fonts, OpenCV's strokes stand in. */
  @Test
  void withoutFontsThereIsTextAllTheSame() {
    BufferedImage drawn = sheet("A title – with a dash", "ünïcode − caption").drawWithStrokes();
    int[] blue = extent(drawn, BLUE);

    assertThat(inked(drawn, 20, blue[1])).isGreaterThan(100);
    assertThat(inked(drawn, blue[1] + blue[3], drawn.getHeight())).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void wrappedLinesFitAndLoseNothing(boolean strokes) {
    Lettering lettering = strokes ? Lettering.strokes(13, false) : Lettering.of(13, false);
    String text = "one two  three\nfour-hundred-and-fifty-five-thousand six";

    List<String> lines = lettering.wrap(text, 80);

    assertThat(lines).allSatisfy(line -> assertThat(lettering.width(line)).isLessThanOrEqualTo(80));
    assertThat(String.join("", lines).replace(" ", ""))
        .isEqualTo(text.replace(" ", "").replace("\n", ""));
    assertThat(lettering.wrap("", 80)).containsExactly("");
    assertThat(lettering.wrap("wide", 1)).containsExactly("w", "i", "d", "e");
  }

  @Test
  void aRaggedGridIsRefused() {
    List<Cell> one = List.of(new Cell(null, ""));
    List<Row> none = new ArrayList<>();

    assertThatThrownBy(() -> new Sheet("", List.of("a", "b"), List.of(new Row("r", one)), "", 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 2 cells in each row, got 1 in row 'r'");
    assertThatThrownBy(() -> new Sheet("", List.of(), none, "", 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a sheet with at least one cell");
    assertThatThrownBy(() -> new Sheet("", List.of(), List.of(new Row("r", one)), "", 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a cell size from 32 to 4096, got 5");
  }
}
