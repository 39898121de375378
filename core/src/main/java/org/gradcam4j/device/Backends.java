package org.gradcam4j.device;

import java.util.Optional;

/** ND4J's backends on the class path. */
interface Backends {
  /** Whether one for the device, the CPU or CUDA, is there. */
  boolean has(Device device);

  /** Why CUDA does not run: libraries that do not load, no device; nothing if it runs. */
  Optional<String> whyCudaFails();

  /**
   * Makes ND4J start with the device's backend.
   *
   * @throws IllegalStateException if it runs on another already
   */
  void use(Device device);
}
