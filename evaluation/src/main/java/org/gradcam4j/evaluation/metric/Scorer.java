package org.gradcam4j.evaluation.metric;

import java.util.List;

/** A network, seen by metrics that change its input: how sure it is of a class. */
@FunctionalInterface
public interface Scorer {
  /**
   * The class's probability for each input, 0 to 1.
   *
   * @param inputs preprocessed, {@code [channels, height, width]} each
   */
  double[] probabilities(List<float[]> inputs);
}
