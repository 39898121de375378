package org.gradcam4j.method;

import java.util.OptionalInt;

/**
 * A number that a network says of an image and that is explained: a function of the image's scores
 * at one output. Implement it for a number of your own.
 *
 * <p>Scores are one image's, {@code [classes]} or {@code [C, H, W]} in row-major order: before
 * softmax or the like for {@link Score#LOGIT}, after it for {@link Score#PROBABILITY}.
 */
public interface Objective {
  /** What its user calls it: the class's name. */
  String label();

  /** The class that it is the score of, where it is one class's. */
  default OptionalInt classIndex() {
    return OptionalInt.empty();
  }

  /** The number. */
  double value(double[] scores, Score score);

  /** Its derivative with respect to each score. */
  double[] gradient(double[] scores, Score score);

  /** The sum of the scores at some places. */
  static Objective sum(String label, OptionalInt classIndex, int... places) {
    return new ScoreSum(label, classIndex, places);
  }
}
