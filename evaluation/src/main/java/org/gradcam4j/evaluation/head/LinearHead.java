package org.gradcam4j.evaluation.head;

/**
 * A linear layer: for each class c, {@code score[c] = sum_d weights[c][d] x[d] + bias[c]}, the
 * logit of the class's probability.
 *
 * @param weights {@code [classes][features]}; not copied
 * @param bias one a class; not copied
 */
public record LinearHead(double[][] weights, double[] bias) {
  /** The scores of an image's features, before the sigmoid. */
  public double[] scores(float[] features) {
    double[] scores = bias.clone();
    for (int c = 0; c < scores.length; c++) {
      double[] own = weights[c];
      if (own.length != features.length) {
        throw new IllegalArgumentException(
            features.length + " features for a head of " + own.length);
      }
      for (int d = 0; d < own.length; d++) {
        scores[c] += own[d] * features[d];
      }
    }
    return scores;
  }
}
