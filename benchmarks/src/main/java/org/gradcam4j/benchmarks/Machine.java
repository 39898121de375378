package org.gradcam4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.gradcam4j.device.Processor;

/** The machine and the Java that runs on it, in a line. */
final class Machine {
  private Machine() {}

  static String describe() {
    String memory =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
            ? ", " + Math.round(machine.getTotalMemorySize() / 1e9) + " GB"
            : "";
    return "%s, %d cores%s, %s, Java %s"
        .formatted(
            Processor.name(),
            Runtime.getRuntime().availableProcessors(),
            memory,
            System.getProperty("os.name"),
            System.getProperty("java.version"));
  }
}
