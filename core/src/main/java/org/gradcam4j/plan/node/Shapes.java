package org.gradcam4j.plan.node;

import java.util.Arrays;

/** Words for shapes that do not fit. */
final class Shapes {
  private Shapes() {}

  static IllegalArgumentException mismatch(String expected, long[] found) {
    return new IllegalArgumentException(
        expected + " does not take an input of " + Arrays.toString(found) + " ([H, W, C] or [F])");
  }
}
