package org.gradcam4j.benchmarks.network;

import java.io.Serializable;
import org.gradcam4j.benchmarks.process.Task;
import org.nd4j.linalg.factory.Nd4j;

/** What ND4J says of itself. */
public record Nd4jFacts() implements Task<Nd4jFacts.Facts> {
  /**
   * Facts.
   *
   * @param backend the class of its backend
   * @param cpu whether it computes on the CPU
   * @param threads how many threads it uses there
   */
  public record Facts(String backend, boolean cpu, int threads) implements Serializable {}

  @Override
  public Facts run() {
    return new Facts(
        Nd4j.getBackend().getClass().getSimpleName(),
        Nd4j.getEnvironment().isCPU(),
        Nd4j.getEnvironment().maxThreads());
  }
}
