package org.gradcam4j.image;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.FONT_HERSHEY_SIMPLEX;
import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;
import static org.bytedeco.opencv.global.opencv_imgproc.getTextSize;
import static org.bytedeco.opencv.global.opencv_imgproc.putText;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** One size of a sans-serif typeface: measures, wraps and draws lines of text. */
abstract class Lettering {
  final int size;

  private Lettering(int size) {
    this.size = size;
  }

  /**
   * The system's sans-serif; where Java finds no fonts (slim containers without fontconfig), the
   * strokes that OpenCV brings along, which know ASCII only.
   */
  static Lettering of(int size, boolean bold) {
    try {
      return new Typeface(size, bold);
    } catch (RuntimeException | InternalError | LinkageError e) {
      return new Strokes(size, bold);
    }
  }

  static Lettering strokes(int size, boolean bold) {
    return new Strokes(size, bold);
  }

  /** Pixels from the start of the text to its end. */
  abstract int width(String text);

  /** Draws a line; y is its baseline. */
  abstract void draw(Graphics2D to, String text, int x, int y, Color colour);

  /** Pixels from baseline to baseline. */
  final int lineHeight() {
    return (int) Math.round(1.35 * size);
  }

  /** Pixels from the top of a line to its baseline. */
  final int ascent() {
    return (int) Math.round(1.05 * size);
  }

  /** The text in lines of at most this width, broken at spaces, within a word where it must be. */
  final List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : text.split("\n")) {
      String line = "";
      for (String word : paragraph.strip().split("\\s+")) {
        String longer = line.isEmpty() ? word : line + " " + word;
        if (width(longer) <= width) {
          line = longer;
          continue;
        }
        if (!line.isEmpty()) {
          lines.add(line);
        }
        line = word;
        while (width(line) > width && line.length() > 1) {
          int fits = fitting(line, width);
          lines.add(line.substring(0, fits));
          line = line.substring(fits);
        }
      }
      lines.add(line);
    }
    return lines;
  }

  /** How many of the first characters fit, at least one. */
  private int fitting(String word, int width) {
    int fits = 1;
    while (fits < word.length() && width(word.substring(0, fits + 1)) <= width) {
      fits++;
    }
    return fits;
  }

  private static final class Typeface extends Lettering {
    private final Font font;
    private final FontMetrics metrics;

    Typeface(int size, boolean bold) {
      super(size);
      font = new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size);
      Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
      metrics = graphics.getFontMetrics(font);
      graphics.dispose();
    }

    @Override
    int width(String text) {
      return metrics.stringWidth(text);
    }

    @Override
    void draw(Graphics2D to, String text, int x, int y, Color colour) {
      to.setFont(font);
      to.setColor(colour);
      to.drawString(text, x, y);
    }
  }

  private static final class Strokes extends Lettering {
    /** A capital of this typeface is 22 units high, and 0.72 of the size in most sans-serifs. */
    private final double scale;

    private final int thickness;

    Strokes(int size, boolean bold) {
      super(size);
      scale = 0.72 * size / 22;
      thickness = bold && size >= 18 ? 2 : 1;
    }

    @Override
    int width(String text) {
      if (text.isEmpty()) {
        return 0;
      }
      try (IntPointer baseline = new IntPointer(1);
          BytePointer ascii = new BytePointer(ascii(text));
          Size extent = getTextSize(ascii, FONT_HERSHEY_SIMPLEX, scale, thickness, baseline)) {
        return extent.width();
      }
    }

    @Override
    void draw(Graphics2D to, String text, int x, int y, Color colour) {
      int columns = width(text) + 2;
      int rows = 2 * size;
      byte[] ink = new byte[columns * rows];
      try (Mat mask = new Mat(rows, columns, CV_8UC1, new Scalar(0));
          BytePointer ascii = new BytePointer(ascii(text));
          Point start = new Point(0, ascent());
          Scalar white = new Scalar(255)) {
        putText(mask, ascii, start, FONT_HERSHEY_SIMPLEX, scale, white, thickness, LINE_AA, false);
        try (BytePointer data = mask.data()) {
          data.get(ink);
        }
      }
      BufferedImage letters = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_ARGB);
      for (int i = 0; i < ink.length; i++) {
        letters.setRGB(
            i % columns, i / columns, (ink[i] & 0xFF) << 24 | colour.getRGB() & 0xFFFFFF);
      }
      to.drawImage(letters, x, y - ascent(), null);
    }

    private static String ascii(String text) {
      return text.replace('\u2013', '-').replace('\u2212', '-').replaceAll("[^ -~]", "?");
    }
  }
}
