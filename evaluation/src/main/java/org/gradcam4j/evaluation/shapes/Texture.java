package org.gradcam4j.evaluation.shapes;

/** A pattern of two colours over the plane of pixels. */
final class Texture {
  /** The patterns. */
  enum Pattern {
    STRIPES,
    DOTS,
    CHECKS,
    GRADIENT,
    NOISE
  }

  private static final int LATTICE = 16;

  private final Pattern pattern;
  private final double[] first;
  private final double[] second;
  private final double period;
  private final double cos;
  private final double sin;
  private final double centreX;
  private final double centreY;
  private final double[] lattice = new double[LATTICE * LATTICE];

  /**
   * A pattern in a random direction.
   *
   * @param first the colour at 0, three values 0-255
   * @param second the colour at 1
   * @param period of the pattern, pixels; of a gradient, its length
   */
  Texture(
      Pattern pattern,
      double[] first,
      double[] second,
      double period,
      double centreX,
      double centreY,
      Dice dice) {
    this.pattern = pattern;
    this.first = first;
    this.second = second;
    this.period = period;
    this.centreX = centreX;
    this.centreY = centreY;
    double angle = dice.uniform(0, 2 * Math.PI);
    this.cos = StrictMath.cos(angle);
    this.sin = StrictMath.sin(angle);
    if (pattern == Pattern.NOISE) {
      for (int i = 0; i < lattice.length; i++) {
        lattice[i] = dice.uniform();
      }
    }
  }

  /** Adds the colour at a point of the picture. */
  void add(double x, double y, double[] sum) {
    double share = share(x, y);
    for (int c = 0; c < 3; c++) {
      sum[c] += first[c] + share * (second[c] - first[c]);
    }
  }

  /** How much of the second colour there is at a point, 0 to 1. */
  private double share(double x, double y) {
    double dx = x - centreX;
    double dy = y - centreY;
    double a = (cos * dx + sin * dy) / period;
    double b = (cos * dy - sin * dx) / period;
    return switch (pattern) {
      case STRIPES -> a - Math.floor(a) < 0.5 ? 0 : 1;
      case CHECKS -> (a - Math.floor(a) < 0.5) == (b - Math.floor(b) < 0.5) ? 0 : 1;
      case DOTS -> {
        double u = a - Math.floor(a) - 0.5;
        double v = b - Math.floor(b) - 0.5;
        yield u * u + v * v < 0.09 ? 1 : 0;
      }
      case GRADIENT -> Math.max(0, Math.min(1, a + 0.5));
      case NOISE -> noise(a, b);
    };
  }

  /** Random values at whole coordinates, bilinear between them. */
  private double noise(double a, double b) {
    int i = (int) Math.floor(a);
    int j = (int) Math.floor(b);
    double u = a - i;
    double v = b - j;
    double above = value(i, j) + u * (value(i + 1, j) - value(i, j));
    double below = value(i, j + 1) + u * (value(i + 1, j + 1) - value(i, j + 1));
    return above + v * (below - above);
  }

  private double value(int i, int j) {
    return lattice[Math.floorMod(j, LATTICE) * LATTICE + Math.floorMod(i, LATTICE)];
  }
}
