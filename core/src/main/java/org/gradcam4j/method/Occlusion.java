package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.pass.Pass;

/**
 * Occlusion: how far the class's score falls when a grey patch covers a place.
 *
 * <pre>M(i, j) = y(x) - y(x with the patch centred on cell (i, j) set to 0)</pre>
 *
 * <p>0 is the mean pixel after preprocessing. Cells are {@code stride} pixels apart, their centres
 * the middles of {@code stride x stride} squares, so that the patch reaches over the edges by half
 * its size; the map is {@code [ceil(H / stride), ceil(W / stride)]}, signed.
 *
 * <p>Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014, section
 * 4.2. Patch and stride are the reproductions' choice, the Grad-CAM paper is silent.
 *
 * @param patch side of the patch in pixels of the input; 0 for a fifth of the input's height (45 of
 *     224)
 * @param stride pixels from one place to the next; 0 for a fourteenth of the height (16 of 224)
 */
public record Occlusion(int patch, int stride) implements Method {
  private static final int BATCH = 8;

  /** Checks that sizes are not negative. */
  public Occlusion {
    if (patch < 0 || stride < 0) {
      throw new IllegalArgumentException(
          "patch and stride must be positive (or 0 for the default), got " + patch + ", " + stride);
    }
  }

  /** With the default patch and stride. */
  public Occlusion() {
    this(0, 0);
  }

  @Override
  public String name() {
    return "occlusion";
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    Targets targets = attribution.targets();
    long[] shape = attribution.input().shape();
    int height = (int) shape[1];
    int width = (int) shape[2];
    int step = stride == 0 ? Math.max(1, Math.round(height / 14f)) : stride;
    int side = patch == 0 ? Math.max(1, Math.round(height / 5f)) : patch;
    int rows = (height + step - 1) / step;
    int columns = (width + step - 1) / step;
    String layer = targets.scoreLayer(attribution.pass());
    double[][] whole = scores(attribution.pass(), layer);
    float[][] maps = new float[targets.count()][rows * columns];
    int images = attribution.input().rows();
    for (int image = 0; image < images; image++) {
      for (int cell = 0; cell < rows * columns; cell += BATCH) {
        int count = Math.min(BATCH, rows * columns - cell);
        double[][] covered;
        try (Pass pass = attribution.passes().get()) {
          Kernels kernels = pass.kernels();
          int[] copies = new int[count];
          Arrays.fill(copies, image);
          Tensor batch = kernels.gatherRows(attribution.input(), copies);
          for (int b = 0; b < count; b++) {
            int top = (cell + b) / columns * step + step / 2 - side / 2;
            int left = (cell + b) % columns * step + step / 2 - side / 2;
            cover(kernels, batch, b, top, left, side, height, width);
          }
          pass.forward(batch, Set.of(), false);
          covered = scores(pass, layer);
        }
        for (int r = 0; r < targets.count(); r++) {
          if (targets.images()[r] == image) {
            int c = targets.classes()[r];
            for (int b = 0; b < count; b++) {
              maps[r][cell + b] = (float) (whole[image][c] - covered[b][c]);
            }
          }
        }
        attribution
            .progress()
            .accept((image + (cell + count) / (double) (rows * columns)) / images);
      }
    }
    List<SaliencyMap> result = new ArrayList<>();
    for (float[] map : maps) {
      result.add(new SaliencyMap(1, rows, columns, map));
    }
    return result;
  }

  /** Sets the part of the patch that lies in the image to zero. */
  private static void cover(
      Kernels kernels, Tensor batch, int row, int top, int left, int side, int height, int width) {
    int fromRow = Math.max(0, top);
    int toRow = Math.min(height, top + side);
    int fromColumn = Math.max(0, left);
    int toColumn = Math.min(width, left + side);
    if (fromRow < toRow && fromColumn < toColumn) {
      kernels.clearRectangle(
          batch, row, fromRow, fromColumn, toRow - fromRow, toColumn - fromColumn);
    }
  }

  /** {@code [image][class]}. */
  private static double[][] scores(Pass pass, String layer) {
    Tensor scores = pass.activation(layer).tensor();
    double[] values = pass.kernels().values(scores);
    int classes = scores.channels();
    double[][] rows = new double[scores.rows()][];
    for (int n = 0; n < rows.length; n++) {
      rows[n] = Arrays.copyOfRange(values, n * classes, (n + 1) * classes);
    }
    return rows;
  }
}
