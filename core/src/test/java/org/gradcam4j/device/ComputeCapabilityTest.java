package org.gradcam4j.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which generations of GPUs ND4J's CUDA build has code for. */
class ComputeCapabilityTest {
  private static boolean isServed(String text) {
    return ComputeCapability.of(text).orElseThrow().isServed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3.7", "5.0", "5.3", "6.1", "6.2", "7.0", "7.2", "7.5", "8.0", "8.6", "8.9"})
  void kepler37ToAdaAreServed(String capability) {
    assertThat(isServed(capability)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.1", "3.0", "3.5", "9.0", "10.0", "12.0"})
  void olderAndNewerAreNot(String capability) {
    assertThat(isServed(capability)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9", "9.", "9.0 ", "[N/A]", "-9.0", "1234.0", "9.0.1"})
  void anythingElseIsNone(String text) {
    assertThat(ComputeCapability.of(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.7", "8.9", "10.0"})
  void isWrittenAsItIsRead(String capability) {
    assertThat(ComputeCapability.of(capability)).hasToString("Optional[" + capability + "]");
  }
}
