package org.gradcam4j.benchmarks.device;

import org.gradcam4j.benchmarks.process.Task;
import org.gradcam4j.device.Device;

/**
 * Makes a process's ND4J compute on a device; its first task.
 *
 * @param device where
 */
public record UseDevice(Device device) implements Task<String> {
  /**
   * What there is to say about it, or nothing.
   *
   * @throws IllegalStateException if it cannot compute there
   */
  @Override
  public String run() {
    return device.use().remark().orElse("");
  }
}
