package org.gradcam4j.method;

import java.util.Arrays;
import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;

/**
 * Occlusion: how far the class's score falls when a patch covers a place.
 *
 * <pre>M(i, j) = y(x) - y(x with the patch at place (i, j))</pre>
 *
 * <p>Places are {@code stride} pixels apart. Without a padding their centres are the middles of
 * {@code stride x stride} squares, so that the patch stands over the edges by about half its size
 * and the map is {@code [ceil(H / stride), ceil(W / stride)]}; with one the first patch begins
 * {@code padding} pixels outside and the map is {@code [floor((H + 2 padding - patch) / stride) +
 * 1, ...]}. Maps are signed.
 *
 * <p>Only what the patch can change is computed anew, from the activations of the uncovered image
 * (Nandakala et al., SIGMOD 2019); places whose regions have the same size run as one batch. The
 * scores are those of whole passes.
 *
 * <p>Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, ECCV 2014, section
 * 4.2. Patch, stride and fill are the reproductions' choice, the Grad-CAM paper is silent.
 *
 * @param patch side of the patch in pixels of the input; 0 for a fifth of the input's height (45 of
 *     224)
 * @param stride pixels from one place to the next; 0 for a fourteenth of the height (16 of 224)
 * @param padding how far the first and the last patch stand over the edges, pixels; {@link
 *     #CENTRED} for patches round the middles of cells
 * @param fill what covers the place
 */
public record Occlusion(int patch, int stride, int padding, Fill fill) implements Method {
  /** In place of a padding: patches lie round the middles of the map's cells. */
  public static final int CENTRED = -1;

  /** Checks the sizes. */
  public Occlusion {
    if (patch < 0 || stride < 0 || padding < CENTRED) {
      throw new IllegalArgumentException(
          "patch, stride and padding must not be negative (patch and stride 0 for the default), got "
              + patch
              + ", "
              + stride
              + ", "
              + padding);
    }
  }

  /** With patches round the middles of cells, filled with the mean. */
  public Occlusion(int patch, int stride) {
    this(patch, stride, CENTRED, Fill.mean());
  }

  /** With the default patch and stride. */
  public Occlusion() {
    this(0, 0);
  }

  /** The padding in words: {@code centred}, or pixels. */
  public String paddingInWords() {
    return padding == CENTRED ? "centred" : Integer.toString(padding);
  }

  @Override
  public String toString() {
    return "Occlusion[patch=%d, stride=%d, padding=%s, fill=%s]"
        .formatted(patch, stride, paddingInWords(), fill);
  }

  /** The same with the patch and stride that it has for inputs of that height. */
  public Occlusion at(int height) {
    return new Occlusion(
        patch == 0 ? Math.max(1, Math.round(height / 5f)) : patch,
        stride == 0 ? Math.max(1, Math.round(height / 14f)) : stride,
        padding,
        fill);
  }

  @Override
  public String name() {
    return "occlusion";
  }

  @Override
  public boolean readsAllActivations() {
    return true;
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    long[] shape = attribution.input().shape();
    Occlusion own = at((int) shape[1]);
    int side = own.patch;
    int step = own.stride;
    int[] tops = starts((int) shape[1], side, step);
    int[] lefts = starts((int) shape[2], side, step);
    List<PatchBatch> batches =
        PatchBatch.of(attribution.site().plan(), shape[1], shape[2], tops, lefts, side);
    double[] whole = Versions.scores(attribution);
    float[][] maps = new float[whole.length][tops.length * lefts.length];
    for (int n = 0; n < attribution.input().rows(); n++) {
      Tensor covered = covered(attribution, n);
      int image = n;
      Versions.partScores(
          attribution,
          image,
          batches,
          (kernels, batch) -> batch.parts(kernels, attribution.input(), image, covered),
          (cell, target, score) -> maps[target][cell] = (float) (whole[target] - score));
    }
    return Arrays.stream(maps)
        .map(map -> new SaliencyMap(1, tops.length, lefts.length, map))
        .toList();
  }

  /** The image as it looks under patches: {@code [1, H, W, C]}. */
  private Tensor covered(Attribution attribution, int image) {
    Kernels kernels = attribution.kernels();
    Tensor own = kernels.gatherRows(attribution.input(), new int[] {image});
    long[] s = own.shape();
    float[] filled =
        fill.under(
            kernels.floats(kernels.channelsFirst(own)),
            own.channels(),
            (int) s[1],
            (int) s[2],
            attribution.site().preprocessing());
    return kernels.channelsLast(kernels.tensor(filled, 1, s[3], s[1], s[2]));
  }

  /** Where the patches begin along an axis. */
  private int[] starts(int size, int side, int step) {
    if (padding == CENTRED) {
      int[] starts = new int[(size + step - 1) / step];
      Arrays.setAll(starts, i -> i * step + step / 2 - side / 2);
      return starts;
    }
    int room = size + 2 * padding - side;
    if (room < 0) {
      throw new IllegalArgumentException(
          "a patch of %d pixels does not fit %d pixels with a padding of %d: choose a smaller patch"
              .formatted(side, size, padding));
    }
    int[] starts = new int[room / step + 1];
    Arrays.setAll(starts, i -> i * step - padding);
    return starts;
  }
}
