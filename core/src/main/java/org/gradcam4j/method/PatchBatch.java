package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Places;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.Reach;
import org.gradcam4j.plan.Region;

/**
 * Places of a patch that run as one batch: the patch reaches regions of about the same size from
 * each of them.
 *
 * @param cells the places' cells in the map, row by row; a last one may be repeated
 * @param patches where the patches lie; they may stand out of the image
 * @param side of a patch, pixels
 * @param reach what the patches' parts of the image can change
 */
record PatchBatch(int[] cells, Places patches, int side, Reach reach) {
  /** How many places run at once. Deep layers gain from more, shallow ones leave the cache. */
  private static final int AT_ONCE = 64;

  /** How many classes of sizes an axis has: each pair of them compiles convolutions of its own. */
  private static final int CLASSES = 8;

  /** What another class must save, as a share of the work. */
  private static final double WORTH = 0.004;

  /** From this share of a whole image's operations on, the whole image is the cheaper way. */
  private static final double WHOLE = 0.9;

  /** All places of a patch, in batches. */
  static List<PatchBatch> of(
      NetworkPlan plan, long height, long width, int[] tops, int[] lefts, int side) {
    int middleTop = tops[tops.length / 2];
    int middleLeft = lefts[lefts.length / 2];
    List<int[]> rows =
        classes(tops, top -> reach(plan, height, width, at(top), at(middleLeft), side));
    List<int[]> columns =
        classes(lefts, left -> reach(plan, height, width, at(middleTop), at(left), side));
    List<PatchBatch> batches = new ArrayList<>();
    for (int[] rowsAlike : rows) {
      for (int[] columnsAlike : columns) {
        int[] cells =
            Arrays.stream(rowsAlike)
                .flatMap(i -> Arrays.stream(columnsAlike).map(j -> i * lefts.length + j))
                .toArray();
        Places patches =
            new Places(
                Arrays.stream(cells).map(cell -> tops[cell / lefts.length]).toArray(),
                Arrays.stream(cells).map(cell -> lefts[cell % lefts.length]).toArray());
        Reach reach = reach(plan, height, width, patches.tops(), patches.lefts(), side);
        batches.addAll(new PatchBatch(cells, patches, side, reach).split());
      }
    }
    // The largest first, so that memory grows once.
    batches.sort(Comparator.comparingDouble((PatchBatch batch) -> -batch.reach.operations()));
    return batches;
  }

  private static int[] at(int place) {
    return new int[] {place};
  }

  private static Reach reach(
      NetworkPlan plan, long height, long width, int[] tops, int[] lefts, int side) {
    Region region = inside(height, width, tops, lefts, side);
    Reach reach = new Reach(plan, height, width, region);
    if (reach.operations() < WHOLE * reach.wholeOperations()) {
      return reach;
    }
    int[] zeros = new int[tops.length];
    return new Reach(plan, height, width, new Region(zeros, zeros, (int) height, (int) width));
  }

  /** The parts of patches that lie in the image, extended to the size of the largest. */
  private static Region inside(long height, long width, int[] tops, int[] lefts, int side) {
    int rows = largest(tops, side, height);
    int columns = largest(lefts, side, width);
    return new Region(
        Arrays.stream(tops).map(t -> begin(t, rows, height)).toArray(),
        Arrays.stream(lefts).map(l -> begin(l, columns, width)).toArray(),
        rows,
        columns);
  }

  private static int largest(int[] starts, int side, long size) {
    return Arrays.stream(starts)
        .map(start -> (int) (Math.min(size, start + side) - Math.max(0, start)))
        .reduce(1, Math::max);
  }

  private static int begin(int start, int length, long size) {
    return (int) Math.max(0, Math.min(start, size - length));
  }

  /**
   * Places of an axis in classes, such that the work is least when each class does as much as its
   * largest member.
   */
  private static List<int[]> classes(int[] starts, IntFunction<Reach> reach) {
    int count = starts.length;
    double[] work = Arrays.stream(starts).mapToDouble(s -> reach.apply(s).operations()).toArray();
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> work[i]))
            .mapToInt(i -> i)
            .toArray();
    // least[k][i]: the work of the i smallest in k classes, the last of them from[k][i] on.
    double[][] least = new double[CLASSES + 1][count + 1];
    int[][] from = new int[CLASSES + 1][count + 1];
    for (double[] row : least) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    least[0][0] = 0;
    for (int k = 1; k <= CLASSES; k++) {
      for (int i = 1; i <= count; i++) {
        for (int j = 0; j < i; j++) {
          double sum = least[k - 1][j] + (i - j) * work[order[i - 1]];
          if (sum < least[k][i]) {
            least[k][i] = sum;
            from[k][i] = j;
          }
        }
      }
    }
    int best = 1;
    for (int k = 2; k <= Math.min(CLASSES, count); k++) {
      if (least[k][count] < least[best][count] * (1 - WORTH * (k - best))) {
        best = k;
      }
    }
    List<int[]> classes = new ArrayList<>();
    for (int k = best, end = count; k > 0; k--) {
      int begin = from[k][end];
      classes.add(Arrays.stream(order, begin, end).sorted().toArray());
      end = begin;
    }
    return classes;
  }

  /** Batches of one size, the last filled up by repeating its last place. */
  private List<PatchBatch> split() {
    int parts = (cells.length + AT_ONCE - 1) / AT_ONCE;
    int size = (cells.length + parts - 1) / parts;
    List<PatchBatch> batches = new ArrayList<>();
    for (int b = 0; b < parts; b++) {
      int first = b * size;
      int[] chosen =
          IntStream.range(first, first + size).map(i -> Math.min(i, cells.length - 1)).toArray();
      Places own =
          new Places(
              Arrays.stream(chosen).map(i -> patches.tops()[i]).toArray(),
              Arrays.stream(chosen).map(i -> patches.lefts()[i]).toArray());
      int[] ownCells = Arrays.stream(chosen).map(i -> cells[i]).toArray();
      batches.add(new PatchBatch(ownCells, own, side, reach.versions(chosen)));
    }
    return batches;
  }

  /**
   * The parts of the image that the patches change, with the patches.
   *
   * @param input the images
   * @param image the row of this one
   * @param covered how it looks under the patches, {@code [1, H, W, C]}
   */
  Tensor parts(Kernels kernels, Tensor input, int image, Tensor covered) {
    Region region = reach.changed();
    Tensor under = kernels.windows(covered, 0, null, null, patches, side, side, 0);
    return kernels.windows(
        input, image, under, patches, region.places(), region.height(), region.width(), 0);
  }
}
