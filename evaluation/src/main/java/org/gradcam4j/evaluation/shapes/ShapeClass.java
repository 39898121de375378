package org.gradcam4j.evaluation.shapes;

import java.util.Locale;

/**
 * The classes, each a region of the plane around the origin, about as large as the unit disk; v
 * points down as in pictures.
 */
enum ShapeClass {
  CIRCLE(180) {
    @Override
    boolean contains(double u, double v) {
      return u * u + v * v <= 0.92 * 0.92;
    }
  },
  SQUARE(180) {
    @Override
    boolean contains(double u, double v) {
      return Math.abs(u) <= 0.8 && Math.abs(v) <= 0.8;
    }
  },
  TRIANGLE(180) {
    @Override
    boolean contains(double u, double v) {
      return v <= 0.55 && v >= SQRT3 * Math.abs(u) - 1.1;
    }
  },
  STAR(180) {
    @Override
    boolean contains(double u, double v) {
      return inside(STAR_CORNERS, u, v);
    }
  },
  RING(180) {
    @Override
    boolean contains(double u, double v) {
      double r = u * u + v * v;
      return r >= 0.5 * 0.5 && r <= 0.95 * 0.95;
    }
  },
  CROSS(180) {
    @Override
    boolean contains(double u, double v) {
      double smaller = Math.min(Math.abs(u), Math.abs(v));
      return smaller <= 0.29 && Math.max(Math.abs(u), Math.abs(v)) <= 0.95;
    }
  },
  HEART(40) {
    @Override
    boolean contains(double u, double v) {
      double x = 1.25 * u;
      double y = 0.12 - 1.2 * v;
      double s = x * x + y * y - 1;
      return s * s * s <= x * x * y * y * y;
    }
  },
  CRESCENT(180) {
    @Override
    boolean contains(double u, double v) {
      double hole = (u - 0.45) * (u - 0.45) + v * v;
      return u * u + v * v <= 1 && hole > 0.78 * 0.78;
    }
  },
  ARROW(180) {
    @Override
    boolean contains(double u, double v) {
      double away = Math.abs(v);
      return u >= -1 && u <= 0.1 && away <= 0.25 || u >= 0.05 && away <= 0.85 * (1.02 - u) / 0.97;
    }
  },
  HEXAGON(180) {
    @Override
    boolean contains(double u, double v) {
      double across = Math.abs(u);
      double down = Math.abs(v);
      return down <= 0.95 * SQRT3 / 2 && SQRT3 * across + down <= 0.95 * SQRT3;
    }
  };

  private static final double SQRT3 = StrictMath.sqrt(3);
  private static final double[] STAR_CORNERS = starCorners();

  private final double maxTilt;

  ShapeClass(double maxTilt) {
    this.maxTilt = maxTilt;
  }

  /** Whether the point belongs to the shape. */
  abstract boolean contains(double u, double v);

  /** By how many degrees it may be turned either way and still be called by its name. */
  double maxTilt() {
    return maxTilt;
  }

  /** The name a person would give it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double[] starCorners() {
    double[] corners = new double[20];
    for (int i = 0; i < 10; i++) {
      double radius = i % 2 == 0 ? 1.08 : 0.46;
      corners[2 * i] = radius * StrictMath.sin(i * Math.PI / 5);
      corners[2 * i + 1] = -radius * StrictMath.cos(i * Math.PI / 5);
    }
    return corners;
  }

  /** The even-odd rule: how many edges cross the ray to the right of the point. */
  private static boolean inside(double[] corners, double u, double v) {
    boolean inside = false;
    int n = corners.length / 2;
    for (int i = 0, j = n - 1; i < n; j = i++) {
      double vi = corners[2 * i + 1];
      double vj = corners[2 * j + 1];
      if (vi > v != vj > v) {
        double ui = corners[2 * i];
        double uj = corners[2 * j];
        inside ^= u < (uj - ui) * (v - vi) / (vj - vi) + ui;
      }
    }
    return inside;
  }
}
