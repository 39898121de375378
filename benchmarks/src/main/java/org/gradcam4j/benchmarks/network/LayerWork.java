package org.gradcam4j.benchmarks.network;

import org.gradcam4j.benchmarks.process.Task;
import org.gradcam4j.benchmarks.roofline.Roofline;
import org.gradcam4j.benchmarks.roofline.Work;

/**
 * Counts a network's work, where the network is.
 *
 * @param network the network's id
 * @param batch images at once
 */
public record LayerWork(String network, int batch) implements Task<Work[]> {
  @Override
  public Work[] run() {
    TimedNetwork timed = TimedNetwork.of(network);
    int height = timed.adapter().preprocessing().height();
    int width = timed.adapter().preprocessing().width();
    return Roofline.of(timed.explainer().plan(), height, width, batch).toArray(Work[]::new);
  }
}
