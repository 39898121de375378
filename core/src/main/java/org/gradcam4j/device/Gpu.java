package org.gradcam4j.device;

import java.util.Optional;

/**
 * A GPU of the machine.
 *
 * @param uuid {@code GPU-...}, which {@code CUDA_VISIBLE_DEVICES} takes too
 * @param driver the version of its driver
 * @param capability its compute capability; nothing where the driver does not tell
 * @param name what its maker calls it
 */
record Gpu(String uuid, String driver, Optional<ComputeCapability> capability, String name) {
  /** Whether ND4J's CUDA build is known to run on it. */
  boolean isServed() {
    return capability.map(ComputeCapability::isServed).orElse(false);
  }

  @Override
  public String toString() {
    return name
        + capability
            .map(c -> " (compute capability " + c + ")")
            .orElse(" (of unknown compute capability)");
  }
}
