package org.gradcam4j.evaluation.head;

import java.util.Arrays;

/**
 * The way of one class to the minimum of its logistic regression: nonlinear conjugate gradients
 * (Polak and Ribiere), each step to the exact minimum along its direction. Scores are linear in the
 * step, so that finding it costs no pass over the features; the caller makes the two passes that a
 * step takes, for all classes at once.
 *
 * <p>Vectors have one element a feature and, last, the bias.
 *
 * <p>Nocedal and Wright, Numerical Optimization, 2006, section 5.2.
 */
final class LogisticDescent {
  /** Of the first gradient's length, what is left of it at the end. */
  private static final double TOLERANCE = 1e-4;

  private static final double STEP_TOLERANCE = 1e-6;
  private static final int MOST_NEWTON_STEPS = 50;

  private final Truth[] answers;
  private final int features;
  private final double l2;
  private final int count;
  private final double[] weights;
  private final double[] scores;
  private final double[] gradient;
  private final float[] direction;
  private double firstLength = Double.NaN;
  private boolean done;

  /**
   * At the start, where weights are 0.
   *
   * @param answers one an image
   * @param l2 the penalty on all weights but the bias
   */
  LogisticDescent(Truth[] answers, int features, double l2) {
    this.answers = answers;
    this.features = features;
    this.l2 = l2;
    this.weights = new double[features + 1];
    this.scores = new double[answers.length];
    this.gradient = new double[features + 1];
    this.direction = new float[features + 1];
    long shown = Arrays.stream(answers).filter(answer -> answer == Truth.SHOWN).count();
    long absent = Arrays.stream(answers).filter(answer -> answer == Truth.ABSENT).count();
    this.count = (int) (shown + absent);
    weights[features] = Math.log((shown + 0.5) / (absent + 0.5));
    Arrays.fill(scores, weights[features]);
    // Where all answers are the same the minimum lies at infinity.
    this.done = shown == 0 || absent == 0;
  }

  boolean isDone() {
    return done;
  }

  double[] weights() {
    return weights;
  }

  float[] direction() {
    return direction;
  }

  /** The derivative of the mean loss with respect to each image's score. */
  float[] residuals() {
    float[] residuals = new float[scores.length];
    for (int i = 0; i < residuals.length; i++) {
      residuals[i] = (float) (counts(i) ? (sigmoid(scores[i]) - answer(i)) / count : 0);
    }
    return residuals;
  }

  /**
   * Chooses the next direction.
   *
   * @param lossGradient the gradient of the mean loss: the features times the residuals
   */
  void turn(float[] lossGradient) {
    double before = length(gradient);
    double change = 0;
    for (int d = 0; d <= features; d++) {
      double now = lossGradient[d] + penalty(d) * weights[d];
      change += now * (now - gradient[d]);
      gradient[d] = now;
    }
    double length = length(gradient);
    boolean first = Double.isNaN(firstLength);
    firstLength = first ? length : firstLength;
    done |= length <= TOLERANCE * firstLength;
    double kept = first ? 0 : Math.max(0, change / (before * before));
    double rise = 0;
    for (int d = 0; d <= features; d++) {
      direction[d] = (float) (kept * direction[d] - gradient[d]);
      rise += direction[d] * gradient[d];
    }
    if (rise >= 0) {
      for (int d = 0; d <= features; d++) {
        direction[d] = (float) -gradient[d];
      }
    }
  }

  /**
   * Goes to the minimum along the direction.
   *
   * @param slopes the features times the direction: by how much each image's score changes
   */
  void advance(float[] slopes) {
    if (done) {
      return;
    }
    double step = step(slopes);
    for (int d = 0; d <= features; d++) {
      weights[d] += step * direction[d];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] += step * slopes[i];
    }
  }

  /** Newton's method on the convex function of the step, kept between bounds. */
  private double step(float[] slopes) {
    double along = 0;
    double squared = 0;
    for (int d = 0; d < features; d++) {
      along += weights[d] * direction[d];
      squared += (double) direction[d] * direction[d];
    }
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double step = 0;
    for (int k = 0; k < MOST_NEWTON_STEPS; k++) {
      double rise = l2 * (along + step * squared);
      double curvature = l2 * squared;
      for (int i = 0; i < scores.length; i++) {
        if (counts(i)) {
          double probability = sigmoid(scores[i] + step * slopes[i]);
          rise += (probability - answer(i)) * slopes[i] / count;
          curvature += probability * (1 - probability) * slopes[i] * slopes[i] / count;
        }
      }
      low = rise < 0 ? step : low;
      high = rise < 0 ? high : step;
      double next = step - rise / curvature;
      if (!(next > low && next < high)) {
        next = Double.isInfinite(high) ? 2 * step : (low + high) / 2;
      }
      if (Math.abs(next - step) <= STEP_TOLERANCE * next) {
        return next;
      }
      step = next;
    }
    return step;
  }

  private double penalty(int element) {
    return element < features ? l2 : 0;
  }

  private boolean counts(int image) {
    return answers[image] != Truth.IGNORED;
  }

  private double answer(int image) {
    return answers[image] == Truth.SHOWN ? 1 : 0;
  }

  private static double length(double[] vector) {
    double squared = 0;
    for (double element : vector) {
      squared += element * element;
    }
    return Math.sqrt(squared);
  }

  private static double sigmoid(double score) {
    return 1 / (1 + Math.exp(-score));
  }
}
