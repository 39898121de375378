package org.gradcam4j.device;

import java.util.Optional;

/**
 * Where ND4J computes.
 *
 * @param device the CPU or CUDA
 * @param remark a line for the user, where there was something to choose: which GPU, or why none
 */
public record DeviceChoice(Device device, Optional<String> remark) {}
