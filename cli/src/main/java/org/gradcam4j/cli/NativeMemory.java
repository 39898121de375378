package org.gradcam4j.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Bounds the memory outside Java's heap, where arrays live: too large a request is then an error
 * with a message, not the end of the process by the operating system.
 */
final class NativeMemory {
  private static final String ARRAYS = "org.bytedeco.javacpp.maxbytes";
  private static final String PROCESS = "org.bytedeco.javacpp.maxphysicalbytes";

  private NativeMemory() {}

  /** Must run before the first array is made; bounds that the user has set stay. */
  static void bound() {
    if (System.getProperty(ARRAYS) == null
        && System.getProperty(PROCESS) == null
        && ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine) {
      long memory = machine.getTotalMemorySize();
      System.setProperty(ARRAYS, Long.toString(memory / 10 * 6));
      System.setProperty(PROCESS, Long.toString(memory / 10 * 8));
    }
  }
}
