package org.gradcam4j.evaluation.head;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Logistic regression with an L2 penalty, each class by itself. For a class, over the n images that
 * count for it, with answers y of 1 (shown) or 0 (absent),
 *
 * <pre>
 * minimise  1/n sum_i (log(1 + exp(s_i)) - y_i s_i)  +  l2/2 |w|^2     where s_i = w z_i + b
 * </pre>
 *
 * <p>over weights w and bias b, which is not penalised. Features are standardised first, {@code z =
 * (x - mean) / deviation}; the head that comes back is for them as they were. The problem has one
 * minimum, see {@link LogisticDescent} for the way there.
 */
final class LogisticRegression {
  private static final int MOST_STEPS = 1000;

  /** A feature that varies less than rounding does says nothing. */
  private static final double CONSTANT = 1e-6;

  private final int features;
  private final Truth[][] truth;
  private final double[] mean;
  private final double[] deviation;

  /** {@code [images, features + 1]}: the last column is 1, for the bias. */
  private final INDArray standardised;

  /**
   * A problem.
   *
   * @param rows features, one row an image
   * @param truth for each image, the truth of each class
   */
  LogisticRegression(List<float[]> rows, List<Truth[]> truth) {
    if (rows.isEmpty() || rows.size() != truth.size()) {
      throw new IllegalArgumentException(
          rows.size() + " images and " + truth.size() + " truths: expected as many, at least one");
    }
    this.features = rows.get(0).length;
    this.truth = truth.toArray(Truth[][]::new);
    this.mean = means(rows);
    this.deviation = deviations(rows);
    this.standardised = standardised(rows);
  }

  private double[] means(List<float[]> rows) {
    double[] means = new double[features];
    for (float[] row : rows) {
      for (int d = 0; d < features; d++) {
        means[d] += (double) row[d] / rows.size();
      }
    }
    return means;
  }

  private double[] deviations(List<float[]> rows) {
    double[] deviations = new double[features];
    for (float[] row : rows) {
      for (int d = 0; d < features; d++) {
        double difference = row[d] - mean[d];
        deviations[d] += difference * difference / rows.size();
      }
    }
    for (int d = 0; d < features; d++) {
      double own = Math.sqrt(deviations[d]);
      // Divided by infinity a feature is 0, and so is its weight.
      deviations[d] = own > CONSTANT * Math.abs(mean[d]) ? own : Double.POSITIVE_INFINITY;
    }
    return deviations;
  }

  private INDArray standardised(List<float[]> rows) {
    int width = features + 1;
    float[] values = new float[Math.multiplyExact(rows.size(), width)];
    for (int i = 0; i < rows.size(); i++) {
      float[] row = rows.get(i);
      for (int d = 0; d < features; d++) {
        values[i * width + d] = (float) ((row[d] - mean[d]) / deviation[d]);
      }
      values[i * width + features] = 1;
    }
    return Nd4j.create(values, new long[] {rows.size(), width}, 'c');
  }

  /**
   * The head for a penalty; many threads may ask at once.
   *
   * @param l2 above 0
   */
  LinearHead fit(double l2) {
    if (!(l2 > 0) || Double.isInfinite(l2)) {
      throw new IllegalArgumentException("L2 penalty " + l2 + ": expected a number above 0");
    }
    List<LogisticDescent> classes =
        IntStream.range(0, truth[0].length)
            .mapToObj(c -> new LogisticDescent(answers(c), features, l2))
            .toList();
    for (int step = 0; step < MOST_STEPS; step++) {
      float[][] gradients =
          product(
              classes,
              LogisticDescent::residuals,
              columns -> standardised.transpose().mmul(columns));
      for (int c = 0; c < classes.size(); c++) {
        classes.get(c).turn(gradients[c]);
      }
      if (classes.stream().allMatch(LogisticDescent::isDone)) {
        break;
      }
      float[][] slopes = product(classes, LogisticDescent::direction, standardised::mmul);
      for (int c = 0; c < classes.size(); c++) {
        classes.get(c).advance(slopes[c]);
      }
    }
    return forFeaturesAsTheyWere(classes.stream().map(LogisticDescent::weights).toList());
  }

  private Truth[] answers(int classIndex) {
    return Arrays.stream(truth).map(image -> image[classIndex]).toArray(Truth[]::new);
  }

  /** A product with a column of each class, one row a class. */
  private static float[][] product(
      List<LogisticDescent> classes,
      Function<LogisticDescent, float[]> column,
      UnaryOperator<INDArray> product) {
    float[][] columns = classes.stream().map(column).toArray(float[][]::new);
    try (INDArray rows = Nd4j.createFromArray(columns);
        INDArray result = product.apply(rows.transpose())) {
      return result.transpose().toFloatMatrix();
    }
  }

  /** w z + b = (w / deviation) x + (b - (w / deviation) mean). */
  private LinearHead forFeaturesAsTheyWere(List<double[]> solutions) {
    double[][] weights = new double[solutions.size()][features];
    double[] bias = new double[solutions.size()];
    for (int c = 0; c < weights.length; c++) {
      bias[c] = solutions.get(c)[features];
      for (int d = 0; d < features; d++) {
        weights[c][d] = solutions.get(c)[d] / deviation[d];
        bias[c] -= weights[c][d] * mean[d];
      }
    }
    return new LinearHead(weights, bias);
  }
}
