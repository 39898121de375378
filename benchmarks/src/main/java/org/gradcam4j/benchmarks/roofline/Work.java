package org.gradcam4j.benchmarks.roofline;

import java.io.Serializable;

/**
 * What a layer or kernel has to do at least.
 *
 * @param operations floating point operations, a multiplication and an addition counted as two
 * @param bytes what must come from or go to memory
 */
public record Work(double operations, double bytes) implements Serializable {
  /** The least time that it takes, in milliseconds: the longer of computing and of moving. */
  public double milliseconds(Peak peak) {
    return 1e3 * Math.max(operations / peak.operationsPerSecond(), bytes / peak.bytesPerSecond());
  }
}
