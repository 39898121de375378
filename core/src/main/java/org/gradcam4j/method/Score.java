package org.gradcam4j.method;

/** The number that is explained. */
public enum Score {
  /** The class's score before softmax or sigmoid: the paper's choice. */
  LOGIT,
  /** The network's output: the class's probability. */
  PROBABILITY
}
