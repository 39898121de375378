package org.gradcam4j.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gradcam4j.device.NvidiaSmi.NoAnswerException;

/**
 * Decides where ND4J computes, from the backends, the GPUs and the environment that it is given.
 */
final class DeviceChooser {
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";
  private static final String ORDER = "CUDA_DEVICE_ORDER";

  private final Backends backends;
  private final NvidiaSmi smi;
  private final Map<String, String> environment;

  DeviceChooser(Backends backends, NvidiaSmi smi, Map<String, String> environment) {
    this.backends = backends;
    this.smi = smi;
    this.environment = environment;
  }

  /**
   * What is known of the machine's GPUs.
   *
   * @param served whether ND4J's CUDA build serves all that ND4J would find
   * @param words which they are, or what speaks against them
   */
  private record Verdict(boolean served, String words) {}

  /** Chooses and makes ND4J compute there. */
  DeviceChoice use(Device wanted) {
    if (!backends.has(Device.CUDA)) {
      if (wanted == Device.CUDA) {
        throw new IllegalStateException(
            "CUDA was asked for, but ND4J's CUDA backend is not on the class path:"
                + " add org.nd4j:nd4j-cuda-11.6");
      }
      // All that there is: nothing to choose, and nothing to look up.
      return new DeviceChoice(Device.CPU, Optional.empty());
    }
    if (wanted == Device.CPU) {
      return onCpu(Optional.empty());
    }
    Verdict verdict = verdict();
    if (wanted == Device.AUTO && !verdict.served()) {
      return onCpu(Optional.of(verdict.words()));
    }
    Optional<String> failure = backends.whyCudaFails();
    if (failure.isPresent()) {
      String reason =
          "CUDA does not run: "
              + failure.get()
              + (verdict.served() ? "" : " (" + verdict.words() + ")");
      if (wanted == Device.CUDA) {
        throw new IllegalStateException(reason);
      }
      return onCpu(Optional.of(reason));
    }
    backends.use(Device.CUDA);
    String remark =
        verdict.served()
            ? "running on " + verdict.words()
            : "running on CUDA as asked, although it may fail: " + verdict.words();
    return new DeviceChoice(Device.CUDA, Optional.of(remark));
  }

  private DeviceChoice onCpu(Optional<String> reason) {
    if (!backends.has(Device.CPU)) {
      throw new IllegalStateException(
          reason.map(words -> words + "; and ").orElse("")
              + "ND4J's backend for the CPU is not on the class path: add org.nd4j:nd4j-native");
    }
    backends.use(Device.CPU);
    return new DeviceChoice(Device.CPU, reason.map(words -> "running on the CPU: " + words));
  }

  private Verdict verdict() {
    List<Gpu> all;
    try {
      all = smi.gpus();
    } catch (NoAnswerException e) {
      return new Verdict(false, e.getMessage());
    }
    String visible = environment.get(VISIBLE);
    Optional<List<Gpu>> resolved = visible == null ? Optional.of(all) : resolve(visible, all);
    // Whichever it is of them.
    List<Gpu> gpus = resolved.orElse(all);
    if (gpus.isEmpty()) {
      return new Verdict(false, VISIBLE + "='" + visible + "' leaves no GPU");
    }
    List<Gpu> served = gpus.stream().filter(Gpu::isServed).toList();
    if (served.size() == gpus.size()) {
      return new Verdict(true, words(gpus, resolved.isPresent()));
    }
    Gpu worst = gpus.stream().filter(gpu -> !gpu.isServed()).findFirst().orElseThrow();
    String reason = reason(worst);
    if (served.isEmpty()) {
      return new Verdict(false, reason);
    }
    return new Verdict(
        false, reason + "; " + VISIBLE + "=" + served.get(0).uuid() + " keeps to " + served.get(0));
  }

  private static String reason(Gpu gpu) {
    return gpu.capability()
        .map(
            capability ->
                gpu.name()
                    + " has compute capability "
                    + capability
                    + ", "
                    + ComputeCapability.SERVED)
        .orElse(
            "driver "
                + gpu.driver()
                + " does not tell the compute capability of "
                + gpu.name()
                + ", drivers from 510 on do");
  }

  private static String words(List<Gpu> gpus, boolean certain) {
    String names = gpus.stream().map(Gpu::toString).distinct().collect(Collectors.joining(", "));
    if (gpus.size() == 1) {
      return names;
    }
    return certain
        ? gpus.size()
            + " GPUs, of which ND4J gives each thread one in turn: "
            + names
            + "; "
            + VISIBLE
            + "="
            + gpus.get(0).uuid()
            + " keeps to one"
        : names;
  }

  /**
   * The GPUs that CUDA finds, as its programming guide defines the variable: those listed, up to
   * the first that is not there.
   *
   * @return nothing if that cannot be told: a number counts from the fastest GPU unless the order
   *     is that of the bus, and a part of a GPU (MIG) is not listed
   */
  private Optional<List<Gpu>> resolve(String visible, List<Gpu> all) {
    boolean inOrder = "PCI_BUS_ID".equals(environment.get(ORDER)) || all.size() == 1;
    List<Gpu> found = new ArrayList<>();
    for (String entry : visible.strip().split("\\s*,\\s*")) {
      if (entry.startsWith("MIG-")) {
        return Optional.empty();
      }
      boolean number = entry.matches("\\d{1,4}");
      if (number && Integer.parseInt(entry) < all.size()) {
        if (!inOrder) {
          return Optional.empty();
        }
        found.add(all.get(Integer.parseInt(entry)));
        continue;
      }
      List<Gpu> named =
          entry.startsWith("GPU-")
              ? all.stream().filter(gpu -> gpu.uuid().startsWith(entry)).toList()
              : List.of();
      if (named.size() != 1) {
        break;
      }
      found.add(named.get(0));
    }
    return Optional.of(found);
  }
}
