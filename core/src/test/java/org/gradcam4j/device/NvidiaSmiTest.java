package org.gradcam4j.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.gradcam4j.device.NvidiaSmi.NoAnswerException;
import org.gradcam4j.device.NvidiaSmi.Output;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is made of {@code nvidia-smi}'s answers. */
class NvidiaSmiTest {
  private static List<Gpu> gpus(int exitCode, String text) throws NoAnswerException {
    return new NvidiaSmi(arguments -> new Output(exitCode, text)).gpus();
  }

  private static void saysNothing(int exitCode, String text, String message) {
    assertThatThrownBy(() -> gpus(exitCode, text))
        .isInstanceOf(NoAnswerException.class)
        .hasMessage(message);
  }

  @Test
  void eachLineIsAGpu() throws NoAnswerException {
    assertThat(
            gpus(
                0,
                """
                GPU-1a2b, 525.60.13, 8.0, NVIDIA A100-SXM4-40GB
                GPU-3c4d, 525.60.13, 9.0, NVIDIA H100, of 80 GB
                """))
        .containsExactly(
            new Gpu(
                "GPU-1a2b",
                "525.60.13",
                Optional.of(new ComputeCapability(8, 0)),
                "NVIDIA A100-SXM4-40GB"),
            new Gpu(
                "GPU-3c4d",
                "525.60.13",
                Optional.of(new ComputeCapability(9, 0)),
                "NVIDIA H100, of 80 GB"));
  }

  @Test
  void warningsAreNoGpus() throws NoAnswerException {
    assertThat(gpus(0, "WARNING: infoROM is corrupted\r\nGPU-1a2b, 525.60.13, 8.6, NVIDIA A10\r\n"))
        .extracting(Gpu::toString)
        .containsExactly("NVIDIA A10 (compute capability 8.6)");
  }

  @Test
  void aCapabilityThatIsNotAvailableIsUnknown() throws NoAnswerException {
    assertThat(gpus(0, "GPU-1a2b, 525.60.13, [N/A], NVIDIA A10"))
        .extracting(Gpu::toString)
        .containsExactly("NVIDIA A10 (of unknown compute capability)");
  }

  @Test
  void anOldDriverIsAskedForTheRest() throws NoAnswerException {
    NvidiaSmi old =
        new NvidiaSmi(
            arguments ->
                arguments[0].contains("compute_cap")
                    ? new Output(2, "Field \"compute_cap\" is not a valid field to query.\n")
                    : new Output(0, "GPU-1a2b, 470.82.01, Tesla T4\n"));
    assertThat(old.gpus())
        .containsExactly(new Gpu("GPU-1a2b", "470.82.01", Optional.empty(), "Tesla T4"));
  }

  @Test
  void itsErrorsAreQuoted() {
    saysNothing(
        9,
        """
        NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.

        Make sure that the latest NVIDIA driver is installed and running.
        """,
        "no GPU was found: nvidia-smi says 'NVIDIA-SMI has failed because it couldn't communicate"
            + " with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and"
            + " running.'");
    saysNothing(
        6, "No devices were found\n", "no GPU was found: nvidia-smi says 'No devices were found'");
    saysNothing(0, "", "no GPU was found: nvidia-smi says ''");
    saysNothing(
        0, "x".repeat(300), "no GPU was found: nvidia-smi says '" + "x".repeat(200) + "...'");
  }

  @Test
  void gpusOfARunThatFailedDoNotCount() {
    saysNothing(
        15,
        "GPU-1a2b, 525.60.13, 8.6, NVIDIA A10\nGPU is lost",
        "no GPU was found: nvidia-smi says 'GPU-1a2b, 525.60.13, 8.6, NVIDIA A10 GPU is lost'");
  }

  @Test
  void aMissingCommandIsNoGpu() {
    assertThatThrownBy(() -> NvidiaSmi.run(List.of("no-such-nvidia-smi"), 5))
        .isInstanceOf(NoAnswerException.class)
        .hasMessage("no GPU was found, since there is no no-such-nvidia-smi");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void outputAndErrorsAreRead() throws NoAnswerException {
    assertThat(NvidiaSmi.run(List.of("sh", "-c", "echo one; echo two >&2; exit 3"), 60))
        .isEqualTo(new Output(3, "one\ntwo\n"));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aCommandThatHangsIsLeft() {
    assertThatThrownBy(() -> NvidiaSmi.run(List.of("sleep", "600"), 1))
        .isInstanceOf(NoAnswerException.class)
        .hasMessage("sleep did not answer within 1 s");
  }
}
