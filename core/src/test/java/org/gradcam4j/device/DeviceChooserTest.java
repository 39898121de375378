package org.gradcam4j.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gradcam4j.device.NvidiaSmi.NoAnswerException;
import org.gradcam4j.device.NvidiaSmi.Output;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where ND4J is made to compute, on machines of all kinds. */
class DeviceChooserTest {
  private static final String A10 = "GPU-a10, 525.60.13, 8.6, NVIDIA A10\n";
  private static final String T4 = "GPU-74, 525.60.13, 7.5, Tesla T4\n";
  private static final String H100 = "GPU-4100, 535.54.03, 9.0, NVIDIA H100 80GB HBM3\n";

  private static final String H100_IS_NOT_SERVED =
      "NVIDIA H100 80GB HBM3 has compute capability 9.0, ND4J 1.0.0-M2.1 has code for 3.7 and 5.0"
          + " to 8.9 only";

  private final Map<String, String> environment = new HashMap<>();
  private Set<Device> there = Set.of(Device.CPU, Device.CUDA);
  private NvidiaSmi.Command smi =
      arguments -> {
        throw new NoAnswerException("no GPU was found");
      };
  private Optional<String> failure = Optional.empty();
  private Device used;

  private final Backends backends =
      new Backends() {
        @Override
        public boolean has(Device device) {
          return there.contains(device);
        }

        @Override
        public Optional<String> whyCudaFails() {
          return failure;
        }

        @Override
        public void use(Device device) {
          used = device;
        }
      };

  private void machineHas(String... gpus) {
    smi = arguments -> new Output(0, String.join("", gpus));
  }

  private DeviceChoice use(Device wanted) {
    return new DeviceChooser(backends, new NvidiaSmi(smi), environment).use(wanted);
  }

  private void runsOn(Device wanted, Device device, String remark) {
    assertThat(use(wanted)).isEqualTo(new DeviceChoice(device, Optional.ofNullable(remark)));
    assertThat(used).isEqualTo(device);
  }

  private void fails(Device wanted, String message) {
    assertThatThrownBy(() -> use(wanted))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
    assertThat(used).isNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "CPU"})
  void withoutCudaOnTheClassPathNothingIsAsked(Device wanted) {
    there = Set.of(Device.CPU);
    smi =
        arguments -> {
          throw new AssertionError("nvidia-smi was asked");
        };
    assertThat(use(wanted)).isEqualTo(new DeviceChoice(Device.CPU, Optional.empty()));
    assertThat(used).isNull();
  }

  @Test
  void cudaNeedsItsBackend() {
    there = Set.of(Device.CPU);
    fails(
        Device.CUDA,
        "CUDA was asked for, but ND4J's CUDA backend is not on the class path: add"
            + " org.nd4j:nd4j-cuda-11.6");
  }

  @Test
  void theCpuIsTakenAsAsked() {
    machineHas(A10);
    runsOn(Device.CPU, Device.CPU, null);
  }

  @Test
  void theCpuNeedsItsBackend() {
    there = Set.of(Device.CUDA);
    fails(
        Device.CPU,
        "ND4J's backend for the CPU is not on the class path: add org.nd4j:nd4j-native");
    machineHas(H100);
    fails(
        Device.AUTO,
        H100_IS_NOT_SERVED
            + "; and ND4J's backend for the CPU is not on the class path: add"
            + " org.nd4j:nd4j-native");
  }

  @Test
  void aGpuThatIsServedIsTaken() {
    machineHas(A10);
    runsOn(Device.AUTO, Device.CUDA, "running on NVIDIA A10 (compute capability 8.6)");
    runsOn(Device.CUDA, Device.CUDA, "running on NVIDIA A10 (compute capability 8.6)");
  }

  @Test
  void withoutAGpuItIsTheCpu() {
    runsOn(Device.AUTO, Device.CPU, "running on the CPU: no GPU was found");
  }

  @Test
  void aGpuThatIsTooNewIsLeftAlone() {
    machineHas(H100);
    runsOn(Device.AUTO, Device.CPU, "running on the CPU: " + H100_IS_NOT_SERVED);
  }

  @Test
  void unlessItIsAskedFor() {
    machineHas(H100);
    runsOn(
        Device.CUDA,
        Device.CUDA,
        "running on CUDA as asked, although it may fail: " + H100_IS_NOT_SERVED);
  }

  @Test
  void anOldDriverDoesNotTell() {
    smi =
        arguments ->
            arguments[0].contains("compute_cap")
                ? new Output(2, "Field \"compute_cap\" is not a valid field to query.")
                : new Output(0, "GPU-74, 470.82.01, Tesla T4");
    runsOn(
        Device.AUTO,
        Device.CPU,
        "running on the CPU: driver 470.82.01 does not tell the compute capability of Tesla T4,"
            + " drivers from 510 on do");
  }

  @Test
  void whereCudaDoesNotLoadItIsTheCpu() {
    machineHas(A10);
    failure = Optional.of("no jnicudart in java.library.path");
    runsOn(
        Device.AUTO,
        Device.CPU,
        "running on the CPU: CUDA does not run: no jnicudart in java.library.path");
  }

  @Test
  void orAnErrorWhereItWasAskedFor() {
    failure = Optional.of("no jnicudart in java.library.path");
    machineHas(A10);
    fails(Device.CUDA, "CUDA does not run: no jnicudart in java.library.path");
    machineHas(H100);
    fails(
        Device.CUDA,
        "CUDA does not run: no jnicudart in java.library.path (" + H100_IS_NOT_SERVED + ")");
  }

  @Test
  void ofSeveralGpusAllMustBeServed() {
    machineHas(T4, A10);
    runsOn(
        Device.AUTO,
        Device.CUDA,
        "running on 2 GPUs, of which ND4J gives each thread one in turn: Tesla T4 (compute"
            + " capability 7.5), NVIDIA A10 (compute capability 8.6); CUDA_VISIBLE_DEVICES=GPU-74"
            + " keeps to one");
    machineHas(H100, A10);
    runsOn(
        Device.AUTO,
        Device.CPU,
        "running on the CPU: "
            + H100_IS_NOT_SERVED
            + "; CUDA_VISIBLE_DEVICES=GPU-a10 keeps to NVIDIA A10 (compute capability 8.6)");
    machineHas(H100, H100);
    runsOn(Device.AUTO, Device.CPU, "running on the CPU: " + H100_IS_NOT_SERVED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GPU-a10", "GPU-a1", " GPU-a10 ", "GPU-a10,GPU-none,GPU-4100", "GPU-a10,-1,0"})
  void oneThatIsNamedIsJudgedAlone(String visible) {
    machineHas(H100, A10);
    environment.put("CUDA_VISIBLE_DEVICES", visible);
    runsOn(Device.AUTO, Device.CUDA, "running on NVIDIA A10 (compute capability 8.6)");
  }

  @Test
  void numbersCountAlongTheBusIfTheyAreSaidTo() {
    machineHas(H100, A10);
    environment.put("CUDA_VISIBLE_DEVICES", "1");
    environment.put("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    runsOn(Device.AUTO, Device.CUDA, "running on NVIDIA A10 (compute capability 8.6)");
    environment.put("CUDA_VISIBLE_DEVICES", "1,0");
    runsOn(
        Device.AUTO,
        Device.CPU,
        "running on the CPU: "
            + H100_IS_NOT_SERVED
            + "; CUDA_VISIBLE_DEVICES=GPU-a10 keeps to NVIDIA A10 (compute capability 8.6)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0", "MIG-41b7"})
  void whatCannotBeToldMayBeAny(String visible) {
    machineHas(H100, A10);
    environment.put("CUDA_VISIBLE_DEVICES", visible);
    runsOn(
        Device.AUTO,
        Device.CPU,
        "running on the CPU: "
            + H100_IS_NOT_SERVED
            + "; CUDA_VISIBLE_DEVICES=GPU-a10 keeps to NVIDIA A10 (compute capability 8.6)");
    machineHas(T4, A10);
    runsOn(
        Device.AUTO,
        Device.CUDA,
        "running on Tesla T4 (compute capability 7.5), NVIDIA A10 (compute capability 8.6)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "NoDevFiles", "7", "GPU-none", "all"})
  void noneMayBeLeft(String visible) {
    machineHas(A10);
    environment.put("CUDA_VISIBLE_DEVICES", visible);
    runsOn(
        Device.AUTO,
        Device.CPU,
        "running on the CPU: CUDA_VISIBLE_DEVICES='" + visible + "' leaves no GPU");
  }
}
