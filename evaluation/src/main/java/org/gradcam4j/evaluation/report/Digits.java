package org.gradcam4j.evaluation.report;

import java.util.Collection;
import java.util.Locale;
import org.gradcam4j.evaluation.metric.Metric.Unit;

/**
 * How many decimals a figure deserves: as many as leave two significant digits of its uncertainty,
 * half the width of its interval.
 */
final class Digits {
  private static final int MOST = 6;

  private Digits() {}

  /** The decimals of figures that stand in one column: those of the surest, within reason. */
  static int of(Unit unit, Collection<Double> halfWidths) {
    return halfWidths.stream()
        .filter(half -> half > 0 && !half.isInfinite())
        .mapToInt(half -> (int) Math.max(0, Math.min(MOST, 1 - Math.floor(Math.log10(half)))))
        .max()
        .orElse(unit == Unit.PERCENT ? 1 : 3);
  }

  /** A number with so many decimals; nothing for null. */
  static String number(Double value, int decimals) {
    if (value == null || value.isNaN()) {
      return "";
    }
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.matches("-0(\\.0*)?") ? text.substring(1) : text;
  }

  static String interval(Double low, Double high, int decimals) {
    return low == null || high == null
        ? ""
        : "[" + number(low, decimals) + ", " + number(high, decimals) + "]";
  }

  /** Three significant digits of a time. */
  static String milliseconds(double value) {
    return number(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);
  }
}
