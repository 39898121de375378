package org.gradcam4j.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** Plots as SVG. */
final class Plot {
  private static final int LABELS = 400;
  private static final int AREA = 360;
  private static final int VALUES = 130;
  private static final int ROW = 22;
  private static final int AXIS = 26;
  private static final int WIDTH = LABELS + AREA + VALUES;
  private static final String[] COLOURS = {"#1b6ca8", "#d1702a", "#7a9b3f", "#8d5a99"};

  private Plot() {}

  /**
   * A number with its range.
   *
   * @param label what it is
   * @param spread the number
   * @param limit a mark beside it
   * @param good whether it is on the right side of the mark
   */
  record Dot(String label, Spread spread, Optional<Double> limit, boolean good) {}

  /**
   * A line through points.
   *
   * @param name what it is
   * @param points of x and its number, by growing x
   */
  record Curve(String name, List<Point> points) {}

  /**
   * A point of a curve.
   *
   * @param x a power of two
   * @param spread the number
   */
  record Point(int x, Spread spread) {}

  /** One row a number: its range, its median, its limit. */
  static String dots(String title, List<Dot> dots, DoubleFunction<String> written) {
    double largest =
        dots.stream()
            .mapToDouble(dot -> Math.max(dot.spread().most(), dot.limit().orElse(0.0)))
            .max()
            .orElse(1);
    double step = step(largest);
    double end = Math.ceil(largest / step) * step;
    StringBuilder svg = open(title, WIDTH, dots.size() * ROW + AXIS);
    axis(svg, dots.size() * ROW, step, end, written);
    for (int i = 0; i < dots.size(); i++) {
      Dot dot = dots.get(i);
      double y = i * ROW + ROW / 2.0;
      String colour = dot.limit().isEmpty() ? COLOURS[0] : dot.good() ? "#2e7d32" : "#b3261e";
      text(svg, LABELS - 8, y + 4, "end", dot.label());
      dot.limit()
          .ifPresent(
              limit -> line(svg, x(limit, end), y - 9, x(limit, end), y + 9, "#555", 2, "3 2"));
      line(svg, x(dot.spread().least(), end), y, x(dot.spread().most(), end), y, colour, 3, "");
      svg.append(
          format(
              "<circle cx='%.1f' cy='%.1f' r='5' fill='%s'/>%n",
              x(dot.spread().median(), end), y, colour));
      text(svg, LABELS + AREA + 10, y + 4, "start", value(dot, written));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String value(Dot dot, DoubleFunction<String> written) {
    return written.apply(dot.spread().median())
        + dot.limit().map(limit -> " (limit " + written.apply(limit) + ")").orElse("");
  }

  private static double x(double value, double end) {
    return LABELS + AREA * value / end;
  }

  private static void axis(
      StringBuilder svg, double height, double step, double end, DoubleFunction<String> written) {
    for (int tick = 0; tick * step <= end + step / 2; tick++) {
      double x = x(tick * step, end);
      line(svg, x, 0, x, height, "#ddd", 1, "");
      text(svg, x, height + 16, "middle", written.apply(tick * step));
    }
  }

  /** 1, 2 or 5 times a power of ten, so that four to ten of them reach the largest number. */
  static double step(double largest) {
    double power = Math.pow(10, Math.floor(Math.log10(largest)));
    double share = largest / power;
    return share < 2 ? power / 5 : share < 5 ? power / 2 : power;
  }

  /** Numbers over powers of two. */
  static String curves(String title, String unit, List<Curve> curves) {
    int height = 240;
    int left = 60;
    int width = 560;
    int legend = 260;
    double largest =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(point -> point.spread().most())
            .max()
            .orElse(1);
    int last =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToInt(Point::x)
            .max()
            .orElse(1);
    double step = step(largest);
    double end = Math.ceil(largest / step) * step;
    double across = (width - left - 20) / Math.max(1, log2(last));
    double top = 14;
    StringBuilder svg = open(title, width + legend, height + 44);
    for (int tick = 0; tick * step <= end + step / 2; tick++) {
      double y = top + height * (1 - tick * step / end);
      line(svg, left, y, width, y, "#ddd", 1, "");
      text(svg, left - 8, y + 4, "end", Line.milliseconds(tick * step));
    }
    for (int x = 1; x <= last; x *= 2) {
      text(svg, left + across * log2(x), top + height + 16, "middle", Integer.toString(x));
    }
    text(svg, (left + width) / 2.0, top + height + 30, "middle", unit);
    for (int c = 0; c < curves.size(); c++) {
      String colour = COLOURS[c % COLOURS.length];
      StringBuilder points = new StringBuilder();
      for (Point point : curves.get(c).points()) {
        double x = left + across * log2(point.x());
        Spread spread = point.spread();
        double y = top + height * (1 - spread.median() / end);
        points.append(format("%.1f,%.1f ", x, y));
        line(
            svg,
            x,
            top + height * (1 - spread.least() / end),
            x,
            top + height * (1 - spread.most() / end),
            colour,
            2,
            "");
        svg.append(format("<circle cx='%.1f' cy='%.1f' r='4' fill='%s'/>%n", x, y, colour));
      }
      svg.append(
          format("<polyline points='%s' fill='none' stroke='%s'/>%n", points.toString(), colour));
      double y = top + 8 + c * ROW;
      line(svg, width + 20, y, width + 44, y, colour, 3, "");
      text(svg, width + 50, y + 4, "start", curves.get(c).name());
    }
    return svg.append("</svg>\n").toString();
  }

  private static double log2(int x) {
    return Math.log(x) / Math.log(2);
  }

  private static StringBuilder open(String title, int width, int height) {
    return new StringBuilder(
        format(
            "<svg viewBox='0 0 %d %d' width='%d' role='img' aria-label='%s'>%n",
            width, height, width, escape(title)));
  }

  private static void line(
      StringBuilder svg,
      double fromX,
      double fromY,
      double toX,
      double toY,
      String colour,
      int width,
      String dashes) {
    svg.append(
        format(
            "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='%d'"
                + " stroke-dasharray='%s'/>%n",
            fromX, fromY, toX, toY, colour, width, dashes));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        format("<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>%n", x, y, anchor, escape(text)));
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /** Text as it stands in HTML, in an attribute too. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
