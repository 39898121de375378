package org.gradcam4j.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Numbers;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.Reach;
import org.gradcam4j.plan.Region;
import org.nd4j.linalg.api.buffer.DataType;

/** Versions of an image that differ from it in a part, run whole and in parts. */
public final class WholeAndPart {
  /** Places of each part. */
  private static final int VERSIONS = 7;

  private final NetworkPlan plan;
  private final Kernels kernels;
  private final int channels;
  private final int height;
  private final int width;
  private final double tolerance;

  private WholeAndPart(NetworkPlan plan, Kernels kernels, int height, int width, double tolerance) {
    this.plan = plan;
    this.kernels = kernels;
    this.channels = plan.inputChannels();
    this.height = height;
    this.width = width;
    this.tolerance = tolerance;
  }

  /**
   * Parts of several sizes, from one pixel to all, in corners, at edges and inside: what is
   * computed of them alone equals whole passes, and whole passes differ from the image's nowhere
   * but where {@link Reach} says.
   *
   * @param tolerance of the largest number of an output
   */
  public static void assertAlike(ComputationGraph graph, int height, int width, double tolerance) {
    NetworkPlan plan = NetworkPlan.of(graph);
    try (Kernels kernels = Kernels.fastest(plan.dataType())) {
      new WholeAndPart(plan, kernels, height, width, tolerance).assertAlike();
    }
  }

  private void assertAlike() {
    Random random = new Random(height);
    int[][] sizes = {
      {1, 1},
      {2 + random.nextInt(height / 3), 2 + random.nextInt(width / 3)},
      {height - 1, 2},
      {height, width}
    };
    // The second of two images, and as many of it as there are versions.
    double[] images = numbers(2, 4);
    double[] copies = new double[VERSIONS * images.length / 2];
    Arrays.setAll(copies, i -> images[images.length / 2 + i % (images.length / 2)]);
    try (Pass base = new Pass(plan, kernels);
        Pass same = new Pass(plan, kernels)) {
      base.forward(kernels.tensor(images, 2, height, width, channels), Set.of(), true);
      same.forward(kernels.tensor(copies, VERSIONS, height, width, channels), Set.of(), true);
      for (int[] size : sizes) {
        assertAlike(places(size[0], size[1], random), base, same, copies);
      }
    }
  }

  private Region places(int rows, int columns, Random random) {
    int down = height - rows;
    int right = width - columns;
    int[] tops = {0, 0, down, down, down / 2, 0, random.nextInt(down + 1)};
    int[] lefts = {0, right, 0, right, 0, right / 2, random.nextInt(right + 1)};
    return new Region(tops, lefts, rows, columns);
  }

  private void assertAlike(Region changed, Pass base, Pass same, double[] copies) {
    Reach reach = new Reach(plan, height, width, changed);
    assertThat(reach.operations()).isLessThanOrEqualTo(reach.wholeOperations());
    double[] others = numbers(VERSIONS, 5);
    double[] parts = new double[VERSIONS * changed.height() * changed.width() * channels];
    double[] versions = copies.clone();
    int at = 0;
    for (int i = 0; i < versions.length; i++) {
      int cell = i / channels;
      if (inside(changed, cell / (height * width), cell / width % height, cell % width)) {
        versions[i] = others[i];
        // In the order of the part's own cells, since both run row by row.
        parts[at++] = others[i];
      }
    }
    try (Pass whole = new Pass(plan, kernels);
        Pass part = new Pass(plan, kernels)) {
      whole.forward(kernels.tensor(versions, VERSIONS, height, width, channels), Set.of(), true);
      Tensor own = kernels.tensor(parts, VERSIONS, changed.height(), changed.width(), channels);
      part.forwardPart(base, 1, own, reach);
      List<Step> read = new ArrayList<>(plan.outputs());
      plan.outputs().forEach(output -> read.add(plan.logits(output)));
      for (Step step : read) {
        double[] expected = kernels.values(whole.activation(step.name()).tensor());
        double[] actual = kernels.values(part.activation(step.name()).tensor());
        assertThat(Numbers.largestDifference(actual, expected))
            .as("%s at %s", changed, step.name())
            .isLessThanOrEqualTo(tolerance * largest(expected));
      }
      for (Step step : plan.steps()) {
        Tensor activation = whole.activation(step.name()).tensor();
        if (activation.spatial() && step.multiplicity() == 1) {
          assertSameOutside(
              changed + " at " + step.name(),
              reach.region(step),
              activation.shape(),
              kernels.values(activation),
              kernels.values(same.activation(step.name()).tensor()));
        }
      }
    }
  }

  private double[] numbers(int n, int seed) {
    Random random = new Random(seed);
    double[] values = new double[n * height * width * channels];
    Arrays.setAll(values, i -> random.nextGaussian());
    return values;
  }

  private static boolean inside(Region region, int version, long row, long column) {
    long down = row - region.tops()[version];
    long right = column - region.lefts()[version];
    return down >= 0 && down < region.height() && right >= 0 && right < region.width();
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElseThrow();
  }

  /** Bit by bit in double precision; Winograd's algorithm mixes a tile's cells. */
  private void assertSameOutside(
      String what, Region region, long[] shape, double[] changed, double[] base) {
    double[] outside = base.clone();
    for (int i = 0; i < base.length; i++) {
      long cell = i / shape[3];
      int version = (int) (cell / (shape[1] * shape[2]));
      if (!inside(region, version, cell / shape[2] % shape[1], cell % shape[2])) {
        outside[i] = changed[i];
      }
    }
    assertThat(Numbers.largestDifference(outside, base))
        .as(what)
        .isLessThanOrEqualTo(plan.dataType() == DataType.DOUBLE ? 0 : tolerance * largest(base));
  }
}
