package org.gradcam4j.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradcam4j.kernel.Window;
import org.gradcam4j.plan.NetworkPlan.Step;
import org.gradcam4j.plan.node.InputNode;

/**
 * How far a change of a part of the input reaches: for each step the region of its output that can
 * differ, and how many operations it takes to compute only that (Nandakala et al., Incremental and
 * Approximate Inference for Faster Occlusion-Based Deep CNN Explanations, SIGMOD 2019).
 *
 * <p>Regions of all versions have one size, the largest of theirs, so that they can be computed as
 * one batch; smaller ones are extended by cells that do not differ.
 */
public final class Reach {
  private final NetworkPlan plan;
  private final List<long[]> shapes;
  private final Region[] regions;

  /**
   * Of a change of the input.
   *
   * @param height rows of the input
   * @param width columns of the input
   * @param changed the part of the input in which each version differs
   */
  public Reach(NetworkPlan plan, long height, long width, Region changed) {
    this.plan = plan;
    this.shapes = plan.shapes(height, width);
    this.regions = new Region[plan.steps().size()];
    for (Step step : plan.steps()) {
      if (step.node() instanceof InputNode) {
        regions[step.index()] = changed;
      } else if (step.inputs().stream().anyMatch(i -> regions[i] != null)) {
        regions[step.index()] = follow(step, changed.count());
      }
    }
  }

  private Reach(Reach all, int[] versions) {
    this.plan = all.plan;
    this.shapes = all.shapes;
    this.regions = new Region[all.regions.length];
    for (int i = 0; i < regions.length; i++) {
      regions[i] = all.regions[i] == null ? null : all.regions[i].versions(versions);
    }
  }

  /** The same for some of the versions, whose regions keep their sizes. */
  public Reach versions(int[] versions) {
    return new Reach(this, versions);
  }

  /** The part of the input in which each version differs. */
  public Region changed() {
    return regions[plan.input().index()];
  }

  /** The region of the step's output, or null if the change does not reach it. */
  public Region region(Step step) {
    return regions[step.index()];
  }

  /** The sizes of the step's whole output without the axis of images. */
  public long[] shape(Step step) {
    return shapes.get(step.index());
  }

  /** Whether the region is the step's whole output, as everything that has no space is. */
  public boolean isWhole(Step step) {
    long[] shape = shape(step);
    Region region = regions[step.index()];
    return shape.length != 3 || region.height() == shape[0] && region.width() == shape[1];
  }

  private Region follow(Step step, int versions) {
    Window window = step.node().reach();
    long[] out = shape(step);
    boolean local =
        window != null && out.length == 3 && step.multiplicity() == 1 && alike(step.inputs());
    if (!local) {
      int[] zeros = new int[versions];
      int height = out.length == 3 ? (int) out[0] : 1;
      int width = out.length == 3 ? (int) out[1] : 1;
      return new Region(zeros, zeros, height, width);
    }
    int[] tops = filled(versions, Integer.MAX_VALUE);
    int[] lefts = filled(versions, Integer.MAX_VALUE);
    int[] bottoms = filled(versions, 0);
    int[] rights = filled(versions, 0);
    for (int input : step.inputs()) {
      Region from = regions[input];
      if (from != null) {
        long[] in = shapes.get(input);
        Axis rows = Axis.rows(window, in[0], out[0]);
        Axis columns = Axis.columns(window, in[1], out[1]);
        for (int v = 0; v < versions; v++) {
          int top = from.tops()[v];
          int left = from.lefts()[v];
          tops[v] = Math.min(tops[v], rows.first(top));
          lefts[v] = Math.min(lefts[v], columns.first(left));
          bottoms[v] = Math.max(bottoms[v], rows.end(top + from.height()));
          rights[v] = Math.max(rights[v], columns.end(left + from.width()));
        }
      }
    }
    int height = largest(tops, bottoms);
    int width = largest(lefts, rights);
    for (int v = 0; v < versions; v++) {
      tops[v] = Math.min(tops[v], (int) out[0] - height);
      lefts[v] = Math.min(lefts[v], (int) out[1] - width);
    }
    return new Region(tops, lefts, height, width);
  }

  /** Whether the steps' outputs have space, of one size. */
  private boolean alike(List<Integer> steps) {
    long[] first = shapes.get(steps.get(0));
    return steps.stream()
        .map(shapes::get)
        .allMatch(s -> s.length == 3 && s[0] == first[0] && s[1] == first[1]);
  }

  private static int[] filled(int count, int value) {
    int[] result = new int[count];
    Arrays.fill(result, value);
    return result;
  }

  /** At least one cell: a change that no window reads still has a region. */
  private static int largest(int[] from, int[] to) {
    int largest = 1;
    for (int i = 0; i < from.length; i++) {
      largest = Math.max(largest, to[i] - from[i]);
    }
    return largest;
  }

  /** A window along one axis. */
  private record Axis(int reach, int stride, long padding, long size, long output) {
    static Axis rows(Window w, long size, long output) {
      return new Axis(w.effectiveHeight(), w.strideHeight(), w.paddingTop(size), size, output);
    }

    static Axis columns(Window w, long size, long output) {
      return new Axis(w.effectiveWidth(), w.strideWidth(), w.paddingLeft(size), size, output);
    }

    /** The first output cell that reads an input cell at or behind this one. */
    int first(int from) {
      long first = Math.floorDiv(from + padding - reach + stride, stride);
      return (int) Math.max(0, Math.min(output - 1, first));
    }

    /** The output cell behind the last that reads an input cell before this one. */
    int end(int to) {
      return (int) Math.max(0, Math.min(output, Math.floorDiv(to - 1 + padding, stride) + 1));
    }
  }

  /** The place in the input that a region of the step's output is computed from. */
  public Region source(Step step, int input) {
    Window window = step.node().reach();
    Region out = regions[step.index()];
    long[] in = shapes.get(input);
    int[] tops = new int[out.count()];
    int[] lefts = new int[out.count()];
    for (int v = 0; v < tops.length; v++) {
      tops[v] = (int) (out.tops()[v] * window.strideHeight() - window.paddingTop(in[0]));
      lefts[v] = (int) (out.lefts()[v] * window.strideWidth() - window.paddingLeft(in[1]));
    }
    return new Region(
        tops,
        lefts,
        (out.height() - 1) * window.strideHeight() + window.effectiveHeight(),
        (out.width() - 1) * window.strideWidth() + window.effectiveWidth());
  }

  /** Multiplications that a version takes. */
  public double operations() {
    double sum = 0;
    for (Step step : plan.steps()) {
      Region region = regions[step.index()];
      if (region != null && !(step.node() instanceof InputNode)) {
        long[] s = shape(step);
        sum +=
            step.node()
                .operations(
                    s.length == 3
                        ? new long[] {
                          tiled(region.height(), s[0]), tiled(region.width(), s[1]), s[2]
                        }
                        : s);
      }
    }
    return sum;
  }

  /** Kernels work in tiles of four cells: a part of one costs a whole one. */
  private static long tiled(int cells, long all) {
    return Math.min(all, (cells + 3) / 4 * 4L);
  }

  /** Multiplications that a whole image takes. */
  public double wholeOperations() {
    double sum = 0;
    for (Step step : plan.steps()) {
      if (!(step.node() instanceof InputNode)) {
        sum += step.node().operations(shape(step));
      }
    }
    return sum;
  }

  /** The steps whose outputs the change reaches, without the input. */
  public List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (regions[step.index()] != null && !(step.node() instanceof InputNode)) {
        steps.add(step);
      }
    }
    return steps;
  }
}
