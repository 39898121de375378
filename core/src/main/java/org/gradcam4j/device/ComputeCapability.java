package org.gradcam4j.device;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The generation of a GPU, which decides whose machine code it runs: that of its own major version
 * up to its own minor one.
 *
 * @param major 9 of 9.0
 * @param minor 0 of 9.0
 */
record ComputeCapability(int major, int minor) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})");

  /**
   * What ND4J's CUDA build holds machine code for. It holds none that a driver could translate for
   * others (PTX).
   */
  private static final List<ComputeCapability> BUILT =
      List.of(
          new ComputeCapability(3, 7),
          new ComputeCapability(5, 0),
          new ComputeCapability(5, 2),
          new ComputeCapability(6, 0),
          new ComputeCapability(6, 1),
          new ComputeCapability(7, 0),
          new ComputeCapability(7, 5),
          new ComputeCapability(8, 0),
          new ComputeCapability(8, 6));

  /** Whose code that is, in words. */
  static final String SERVED = "ND4J 1.0.0-M2.1 has code for 3.7 and 5.0 to 8.9 only";

  /** Reads {@code 8.6}; nothing for anything else. */
  static Optional<ComputeCapability> of(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ComputeCapability(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /** Whether ND4J's CUDA build runs on it. */
  boolean isServed() {
    return BUILT.stream().anyMatch(built -> built.major == major && built.minor <= minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
