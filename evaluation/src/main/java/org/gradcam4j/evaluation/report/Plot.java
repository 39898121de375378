package org.gradcam4j.evaluation.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.RenderingHints;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;

/**
 * A plot of figures with their intervals: categories down the page, figures from left to right, so
 * that long names stay readable on a narrow screen.
 *
 * @param title what it shows
 * @param axis what the numbers are
 * @param categories the rows
 * @param series the figures
 * @param connected whether lines connect a series' figures: where categories have an order
 */
record Plot(
    String title, String axis, List<String> categories, List<Series> series, boolean connected) {
  /**
   * Figures of one kind, one a category; NaN where there is none.
   *
   * @param name the kind; empty where there is one alone
   * @param values the figures
   * @param low the lower ends of their intervals
   * @param high the upper ends
   */
  record Series(String name, double[] values, double[] low, double[] high) {
    /** The first figure that is a number; NaN if none is. */
    double first() {
      return Arrays.stream(values).filter(v -> !Double.isNaN(v)).findFirst().orElse(Double.NaN);
    }
  }

  /** Leaves out series without any figure. */
  Plot {
    series = series.stream().filter(s -> !Double.isNaN(s.first())).toList();
  }

  static final int WIDTH = 560;
  private static final int MARGIN = 8;
  private static final int HEAD = 12;
  private static final int FOOT = 60;
  private static final int ROW = 30;
  private static final int LEGEND_LINE = 26;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
  private static final Color INK = new Color(0x22, 0x22, 0x22);

  /** Okabe and Ito's colours, which the colour-blind tell apart; the palest are left out. */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x007A5A),
          new Color(0xB0528A),
          new Color(0x000000),
          new Color(0x8A6D00));

  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_DOWN,
          SeriesMarkers.CROSS);

  private static final List<BasicStroke> STROKES =
      List.of(SeriesLines.SOLID, SeriesLines.DASH_DASH, SeriesLines.DOT_DOT, SeriesLines.DASH_DOT);

  int height() {
    int legend = series.size() > 1 ? LEGEND_LINE * series.size() : 0;
    int row = Math.max(ROW, connected ? 0 : 16 * series.size() + 8);
    return HEAD + FOOT + legend + row * categories.size();
  }

  /** Drawn, as the address of an image that holds it. */
  String dataUri() {
    return "data:image/svg+xml;base64,"
        + Base64.getEncoder().encodeToString(svg().getBytes(StandardCharsets.UTF_8));
  }

  /** Drawn as SVG; letters are shapes, so that it looks alike everywhere. */
  String svg() {
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
    context.setComment(null);
    context.setPrecision(2);
    SVGGraphics2D graphics = new SVGGraphics2D(context, true);
    graphics.setSVGCanvasSize(new Dimension(WIDTH, height()));
    draw(graphics);
    StringWriter text = new StringWriter();
    try {
      graphics.stream(text, false);
    } catch (SVGGraphics2DIOException e) {
      throw new IllegalStateException("a string cannot be written", e);
    }
    return text.toString();
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument("http://www.w3.org/2000/svg", "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("every Java builds documents", e);
    }
  }

  private void draw(SVGGraphics2D graphics) {
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, height());
    graphics.setFont(FONT);
    FontMetrics metrics = graphics.getFontMetrics();
    int left =
        Math.min(WIDTH / 2, categories.stream().mapToInt(metrics::stringWidth).max().orElse(0))
            + MARGIN;
    XYChart chart = chart(WIDTH - left, height());
    graphics.translate(left, 0);
    chart.paint(graphics, WIDTH - left, height());
    // XChart sets labels of numbers alone.
    graphics.setFont(FONT);
    graphics.setColor(INK);
    for (int i = 0; i < categories.size(); i++) {
      String name = shortened(categories.get(i), metrics, left - MARGIN);
      int y = (int) Math.round(chart.getScreenYFromChart(row(i)));
      graphics.drawString(
          name, -metrics.stringWidth(name), y + (metrics.getAscent() - metrics.getDescent()) / 2);
    }
    graphics.translate(-left, 0);
  }

  private static String shortened(String text, FontMetrics metrics, int width) {
    String shortened = text;
    while (metrics.stringWidth(shortened) > width && shortened.length() > 2) {
      shortened = shortened.substring(0, shortened.length() - 2) + "…";
    }
    return shortened;
  }

  /** The first category is at the top. */
  private double row(int category) {
    return categories.size() - 1 - category;
  }

  private XYChart chart(int width, int height) {
    XYChart chart = new XYChart(width, height);
    chart.setXAxisTitle(axis);
    style(chart.getStyler());
    for (int s = 0; s < series.size(); s++) {
      add(chart, s);
    }
    return chart;
  }

  private void style(XYStyler styler) {
    styler.setYAxisMin(-0.6);
    styler.setYAxisMax(categories.size() - 0.4);
    styler.setYAxisTicksVisible(false);
    styler.setPlotGridHorizontalLinesVisible(false);
    styler.setPlotGridLinesColor(new Color(0xDD, 0xDD, 0xDD));
    styler.setPlotBorderColor(new Color(0x99, 0x99, 0x99));
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartFontColor(INK);
    styler.setAxisTickLabelsFont(FONT);
    styler.setAxisTitleFont(FONT);
    styler.setXAxisTickMarkSpacingHint(70);
    styler.setChartPadding(MARGIN);
    styler.setMarkerSize(9);
    styler.setLegendVisible(series.size() > 1);
    styler.setLegendFont(FONT);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Vertical);
  }

  private void add(XYChart chart, int s) {
    Series own = series.get(s);
    int n = categories.size();
    double[] x = new double[n];
    double[] y = new double[n];
    double[] intervalX = new double[3 * n];
    double[] intervalY = new double[3 * n];
    for (int i = 0; i < n; i++) {
      boolean bounded = !Double.isNaN(own.low()[i]) && !Double.isNaN(own.high()[i]);
      // Beside each other, so that intervals do not hide one another.
      double place =
          row(i) - (s - (series.size() - 1) / 2.0) * (connected ? 0.08 : 0.6 / series.size());
      // A gap is where y is no number; x must always be one.
      x[i] = Double.isNaN(own.values()[i]) ? own.first() : own.values()[i];
      y[i] = Double.isNaN(own.values()[i]) ? Double.NaN : place;
      intervalX[3 * i] = bounded ? own.low()[i] : own.first();
      intervalX[3 * i + 1] = bounded ? own.high()[i] : own.first();
      intervalX[3 * i + 2] = own.first();
      intervalY[3 * i] = bounded ? place : Double.NaN;
      intervalY[3 * i + 1] = bounded ? place : Double.NaN;
      intervalY[3 * i + 2] = Double.NaN;
    }
    Color colour = COLOURS.get(s % COLOURS.size());
    XYSeries intervals = chart.addSeries("interval " + s, intervalX, intervalY);
    intervals.setMarker(SeriesMarkers.NONE);
    intervals.setLineColor(colour);
    intervals.setLineWidth(1.5f);
    intervals.setShowInLegend(false);
    XYSeries values = chart.addSeries("series " + s, x, y);
    values.setLabel(own.name());
    values.setXYSeriesRenderStyle(
        connected ? XYSeriesRenderStyle.Line : XYSeriesRenderStyle.Scatter);
    values.setMarker(MARKERS.get(s % MARKERS.size()));
    values.setMarkerColor(colour);
    values.setLineColor(colour);
    values.setLineStyle(STROKES.get(s % STROKES.size()));
    values.setLineWidth(1.8f);
  }
}
