package org.gradcam4j.benchmarks;

import java.util.SortedMap;
import org.gradcam4j.benchmarks.roofline.Work;

/** What a time comes from: it was measured, or it is implied by the roofline. */
sealed interface Source {
  /**
   * The roofline of a network's forward pass, counted where the network is.
   *
   * @param network the network's id
   * @param batch images at once
   */
  record NetworkRoofline(String network, int batch) implements Source {}

  /**
   * The roofline of a kernel.
   *
   * @param work what it has to do
   */
  record KernelRoofline(Work work) implements Source {}

  /**
   * A benchmark with its parameters: measured.
   *
   * @param side whose code
   * @param subject the network's id, or what else is timed
   * @param name what is done, to be read
   * @param benchmark JMH's name of it
   * @param parameters JMH's parameters
   * @param items images or positions of an operation: times are told of one
   * @param cost how long an operation takes
   */
  record Timing(
      Side side,
      String subject,
      String name,
      String benchmark,
      SortedMap<String, String> parameters,
      int items,
      Cost cost)
      implements Source {}

  /** How long an operation takes, and so how often it can be repeated. */
  enum Cost {
    /** Microseconds to milliseconds. */
    SHORT,
    /** Tens of milliseconds. */
    LIGHT,
    /** A second at most. */
    MEDIUM,
    /** Seconds: an operation is enough. */
    HEAVY,
    /** Up to minutes: one round is enough. */
    SLOW
  }
}
