package org.gradcam4j.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** The device of the class path that the tests have. */
class DeviceTest {
  @Test
  void nd4jComputesWhereItIsToldTo() {
    Device device = Device.AUTO.use().device();
    assertThat(Nd4j.getEnvironment().isCPU()).isEqualTo(device == Device.CPU);
    assertThat(device.use().device()).as("asked again").isEqualTo(device);
  }

  @Test
  void devicesAreNamedAsTheyAreTyped() {
    assertThat(Device.values()).extracting(Device::toString).containsExactly("auto", "cpu", "cuda");
  }
}
