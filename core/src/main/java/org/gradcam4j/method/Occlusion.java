package org.gradcam4j.method;

import java.util.Arrays;
import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

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
    long[] shape = attribution.input().shape();
    int height = (int) shape[1];
    int width = (int) shape[2];
    int step = stride == 0 ? Math.max(1, Math.round(height / 14f)) : stride;
    int side = patch == 0 ? Math.max(1, Math.round(height / 5f)) : patch;
    int rows = (height + step - 1) / step;
    int columns = (width + step - 1) / step;
    double[] whole = Versions.scores(attribution);
    float[][] maps = new float[whole.length][rows * columns];
    for (int n = 0; n < attribution.input().rows(); n++) {
      int image = n;
      Versions.scores(
          attribution,
          image,
          rows * columns,
          (kernels, from, count) -> {
            Tensor batch = Versions.copies(kernels, attribution.input(), image, count);
            for (int b = 0; b < count; b++) {
              int top = (from + b) / columns * step + step / 2 - side / 2;
              int left = (from + b) % columns * step + step / 2 - side / 2;
              cover(kernels, batch, b, top, left, side, height, width);
            }
            return batch;
          },
          (cell, target, score) -> maps[target][cell] = (float) (whole[target] - score));
    }
    return Arrays.stream(maps).map(map -> new SaliencyMap(1, rows, columns, map)).toList();
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
}
