package org.gradcam4j.benchmarks.device;

import org.nd4j.linalg.factory.Nd4j;

/**
 * What a time ends with: a GPU's operations return when they have been begun, and a benchmark that
 * returned then would time their beginning.
 */
public final class Finished {
  private Finished() {}

  /** Waits for all that this thread has begun; the CPU's has ended. */
  public static <T> T of(T result) {
    Nd4j.getExecutioner().commit();
    return result;
  }
}
