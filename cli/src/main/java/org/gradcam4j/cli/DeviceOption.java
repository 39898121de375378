package org.gradcam4j.cli;

import java.io.PrintWriter;
import org.gradcam4j.device.Device;
import picocli.CommandLine.Option;

/** The option that says where a command's network runs. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda",
      defaultValue = "auto",
      description =
          "Where the network runs; cuda needs a build with the Maven profile cuda (default: auto: a"
              + " GPU that ND4J has code for, if one is there, else the CPU).")
  private Device device;

  /**
   * Makes ND4J run there, before anything else of it is used, and says what there is to say.
   *
   * @throws UserError if it cannot run there
   */
  void use(PrintWriter err) {
    try {
      device.use().remark().ifPresent(remark -> err.println("gradcam: " + remark));
    } catch (IllegalStateException e) {
      throw new UserError("--device " + device + ": " + e.getMessage(), e);
    }
  }
}
