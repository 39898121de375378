package org.gradcam4j.device;

import java.util.Locale;

/**
 * Where ND4J is to compute.
 *
 * <p>ND4J chooses its backend when it is first used, and takes CUDA wherever it finds a GPU, also
 * one that its build has no code for: there every operation then fails. To be asked first:
 *
 * <pre>{@code
 * Device.AUTO.use().remark().ifPresent(System.err::println);
 * }</pre>
 *
 * <p>Of several GPUs, ND4J gives each thread one in turn, where an explainer's threads share
 * memory: name one by the environment's {@code CUDA_VISIBLE_DEVICES}.
 */
public enum Device {
  /**
   * A GPU that ND4J's CUDA backend serves, if the backend and such a GPU are there; else the CPU.
   */
  AUTO,
  /** The CPU. */
  CPU,
  /** CUDA, also on a GPU that the backend is not known to serve. */
  CUDA;

  /**
   * Makes ND4J compute there. To be called before anything of ND4J or Deeplearning4j is used.
   *
   * @return the CPU or CUDA, and what there is to say about it
   * @throws IllegalStateException if it cannot, saying why: CUDA was asked for and does not run, no
   *     backend for the CPU is on the class path, or ND4J already computes elsewhere
   */
  public DeviceChoice use() {
    return new DeviceChooser(new ClassPathBackends(), NvidiaSmi.ofThisMachine(), System.getenv())
        .use(this);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
