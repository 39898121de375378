package org.gradcam4j.evaluation.shapes;

import java.util.SplittableRandom;

/**
 * Random numbers that are the same everywhere: SplitMix64 as {@link SplittableRandom#nextLong()}
 * specifies it, and nothing else of that class, since ranges may be drawn otherwise in another
 * release.
 */
final class Dice {
  private final SplittableRandom random;

  private Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** The numbers of one of many scenes. */
  static Dice of(long seed, int index) {
    return new Dice(new Dice(new Dice(seed).random.nextLong() + index).random.nextLong());
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (random.nextLong() >>> 11) * 0x1p-53;
  }

  /** Uniform in [from, to). */
  double uniform(double from, double to) {
    return from + (to - from) * uniform();
  }

  /** Uniform in 0 to n - 1. */
  int below(int n) {
    return (int) (uniform() * n);
  }

  /** True with that probability. */
  boolean chance(double probability) {
    return uniform() < probability;
  }
}
