package org.gradcam4j.evaluation.metric;

import java.util.Arrays;

/**
 * Missing pixels from their neighbours: each is the weighted mean of its eight neighbours, 1/6 for
 * those beside it and 1/12 for those at its corners, whether they are known or missing too; at the
 * border the neighbours that exist share the weight. With N the missing and K the known pixels:
 *
 * <pre>
 * d_p x_p - sum_(q in N) w_pq x_q = sum_(q in K) w_pq x_q,  d_p = sum_q w_pq
 * </pre>
 *
 * <p>The system is symmetric and, as soon as one pixel is known, positive definite: conjugate
 * gradients solve it, with an incomplete factorization that keeps row sums for a preconditioner
 * (Gustafsson, BIT 18, 1978), which saves six steps of seven.
 *
 * <p>Rong et al., ICML 2022; program: tleemann/road_evaluation.
 */
final class Imputation {
  private static final double BESIDE = 1 / 6.0;
  private static final double CORNER = 1 / 12.0;

  /** Of the right-hand side's norm: far below the noise that is added. */
  private static final double TOLERANCE = 1e-8;

  private static final int MOST_STEPS = 10_000;

  /** How much of what the factorization drops is kept in its diagonal; at 1 it can break down. */
  private static final double KEPT = 0.99;

  // Planes have a border of a pixel, which is neither known nor missing: no neighbour is looked
  // for beyond.
  private final int height;
  private final int width;
  private final int stride;

  private final int[] missing;
  private final boolean[] isKnown;
  private final double[] diagonal;

  /** One over the factorization's diagonal; 0 where nothing is missing. */
  private final double[] inverse;

  /**
   * Prepares to fill the same pixels of several channels.
   *
   * @throws IllegalArgumentException if all are missing
   */
  Imputation(int height, int width, boolean[] isMissing) {
    this.height = height;
    this.width = width;
    stride = width + 2;
    isKnown = new boolean[(height + 2) * stride];
    int[] places = new int[isMissing.length];
    int count = 0;
    for (int i = 0; i < isMissing.length; i++) {
      if (isMissing[i]) {
        places[count++] = padded(i);
      } else {
        isKnown[padded(i)] = true;
      }
    }
    if (count == isMissing.length) {
      throw new IllegalArgumentException("all pixels are missing: nothing to fill them from");
    }
    missing = Arrays.copyOf(places, count);
    diagonal = diagonal();
    inverse = factorize();
  }

  private int padded(int pixel) {
    return (pixel / width + 1) * stride + pixel % width + 1;
  }

  private double[] diagonal() {
    double[] exists = new double[isKnown.length];
    for (int i = 0; i < height * width; i++) {
      exists[padded(i)] = 1;
    }
    double[] sums = new double[isKnown.length];
    for (int p : missing) {
      sums[p] = before(exists, p) + after(exists, p);
    }
    return sums;
  }

  private double[] factorize() {
    double[] isMissing = new double[isKnown.length];
    for (int p : missing) {
      isMissing[p] = 1;
    }
    double[] inverses = new double[isKnown.length];
    for (int p : missing) {
      double dropped =
          BESIDE
                  * (pivot(inverses, isMissing, p - stride, BESIDE)
                      + pivot(inverses, isMissing, p - 1, BESIDE))
              + CORNER
                  * (pivot(inverses, isMissing, p - stride - 1, CORNER)
                      + pivot(inverses, isMissing, p - stride + 1, CORNER));
      inverses[p] = 1 / (diagonal[p] - dropped);
    }
    return inverses;
  }

  /** What an earlier pixel takes from a later one's diagonal, by the weight between them. */
  private double pivot(double[] inverses, double[] isMissing, int earlier, double weight) {
    return inverses[earlier] * ((1 - KEPT) * weight + KEPT * after(isMissing, earlier));
  }

  /** Fills a channel, {@code [height, width]} from a place in an array on. */
  void fill(float[] values, int from) {
    double[] plane = new double[isKnown.length];
    for (int i = 0; i < height * width; i++) {
      plane[padded(i)] = isKnown[padded(i)] ? values[from + i] : 0;
    }
    double[] residual = new double[isKnown.length];
    for (int p : missing) {
      residual[p] = before(plane, p) + after(plane, p);
    }
    double[] solution = solve(residual);
    for (int i = 0; i < height * width; i++) {
      if (!isKnown[padded(i)]) {
        values[from + i] = (float) solution[padded(i)];
      }
    }
  }

  /** Conjugate gradients from 0; the right-hand side becomes the residual. */
  private double[] solve(double[] residual) {
    double[] solution = new double[residual.length];
    double enough = TOLERANCE * Math.sqrt(product(residual, residual));
    double[] direction = precondition(residual);
    double[] image = new double[residual.length];
    double before = product(residual, direction);
    for (int step = 0; Math.sqrt(product(residual, residual)) > enough; step++) {
      if (step == MOST_STEPS) {
        throw new ArithmeticException("imputation does not converge");
      }
      for (int p : missing) {
        image[p] = diagonal[p] * direction[p] - before(direction, p) - after(direction, p);
      }
      double length = before / product(direction, image);
      for (int p : missing) {
        solution[p] += length * direction[p];
        residual[p] -= length * image[p];
      }
      double[] next = precondition(residual);
      double after = product(residual, next);
      for (int p : missing) {
        direction[p] = next[p] + after / before * direction[p];
      }
      before = after;
    }
    return solution;
  }

  /** Solves the incomplete factorization's system: forward, then backward. */
  private double[] precondition(double[] residual) {
    double[] z = new double[residual.length];
    for (int p : missing) {
      z[p] = inverse[p] * (residual[p] + before(z, p));
    }
    for (int i = missing.length - 1; i >= 0; i--) {
      int p = missing[i];
      z[p] += inverse[p] * after(z, p);
    }
    return z;
  }

  /** The weighted sum of the neighbours that come before a pixel in row order. */
  private double before(double[] plane, int p) {
    int above = p - stride;
    return BESIDE * (plane[above] + plane[p - 1]) + CORNER * (plane[above - 1] + plane[above + 1]);
  }

  /** Of those that come after it. */
  private double after(double[] plane, int p) {
    int below = p + stride;
    return BESIDE * (plane[below] + plane[p + 1]) + CORNER * (plane[below - 1] + plane[below + 1]);
  }

  private double product(double[] a, double[] b) {
    double sum = 0;
    for (int p : missing) {
      sum += a[p] * b[p];
    }
    return sum;
  }
}
