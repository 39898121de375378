package org.gradcam4j.method;

/** Which of the network's scores an {@link Objective} is a number of. */
public enum Score {
  /** Those before softmax, sigmoid or a detector's activation: the paper's choice. */
  LOGIT,
  /** The network's output: probabilities, where it ends in softmax or sigmoid. */
  PROBABILITY
}
