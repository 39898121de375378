package org.gradcam4j.kernel;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many native threads compute what one Java thread asks for: OpenMP's, of which each Java
 * thread has a number of its own.
 */
public final class NativeThreads {
  private NativeThreads() {}

  /** Those of the calling thread; at first what the environment gives, all cores or fewer. */
  public static int count() {
    return onCpu() ? operations().ompGetMaxThreads() : Runtime.getRuntime().availableProcessors();
  }

  /** Sets those of the calling thread; without effect where a GPU computes. */
  public static void use(int count) {
    // ND4J's CUDA backend takes the same call for the size of its blocks.
    if (onCpu()) {
      operations().setOmpNumThreads(count);
    }
  }

  private static boolean onCpu() {
    return Nd4j.getEnvironment().isCPU();
  }

  private static NativeOps operations() {
    return NativeOpsHolder.getInstance().getDeviceNativeOps();
  }
}
