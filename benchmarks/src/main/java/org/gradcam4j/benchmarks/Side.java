package org.gradcam4j.benchmarks;

/** Whose code is timed; each runs in processes of its own. */
enum Side {
  /** gradcam4j, and stock Deeplearning4j on the same ND4J. */
  ND4J,
  /** libtorch through DJL. */
  LIBTORCH,
  /** PyTorch in Python. */
  PYTHON
}
