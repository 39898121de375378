package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.kernel.Tensor;

/**
 * RISE: how well the class scores where random masks leave a place visible.
 *
 * <pre>M(i, j) = 1/(n p) sum_m y(x mask_m) mask_m(i, j)</pre>
 *
 * <p>x is preprocessed, so that a mask of 0 leaves the mean pixel. The map is {@code [H, W]} of the
 * input's size, and not negative where the score is not.
 *
 * <p>A mask is a grid of {@code side} x {@code side} cells, each 1 with probability p, brought to
 * {@code side + 1} times the size of a cell ({@code ceil(H / side)} x {@code ceil(W / side)}
 * pixels) by {@link Upsampling#HALF_PIXEL_BILINEAR} and cut to {@code [H, W]} at a random place
 * less than a cell from its corner. All images have the same masks. {@code Random(seed)} gives for
 * each mask in turn its cells in row order, {@code nextDouble() < p}, then the rows and the columns
 * that are cut off before it, {@code nextInt(cell)}: the same on any machine.
 *
 * <p>Petsiuk et al., RISE, BMVC 2018, section 3. There the score is a probability: choose {@link
 * Score#PROBABILITY} for the published method. Of logits, which are not within 0 and 1, the map
 * holds the mean logit times the masks' own pattern too, which fades slowly with their number.
 *
 * @param masks n
 * @param side cells of a mask's grid in each direction
 * @param p the chance of a cell to be visible
 * @param seed of the masks
 */
public record Rise(int masks, int side, double p, long seed) implements Method {
  /** As published for VGG-16; 8000 for ResNet-50. */
  public static final int DEFAULT_MASKS = 4000;

  /** As published. */
  public static final int DEFAULT_SIDE = 7;

  /** Checks the numbers. */
  public Rise {
    if (masks < 1 || side < 1 || !(p > 0 && p <= 1)) {
      throw new IllegalArgumentException(
          "expected at least 1 mask, 1 cell and a chance in (0, 1], got %d, %d and %s"
              .formatted(masks, side, p));
    }
  }

  /** The published grid and chance. */
  public Rise(int masks) {
    this(masks, DEFAULT_SIDE, 0.5, 0);
  }

  /** As published. */
  public Rise() {
    this(DEFAULT_MASKS);
  }

  @Override
  public String name() {
    return "rise";
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    Tensor input = attribution.input();
    int height = (int) input.shape()[1];
    int width = (int) input.shape()[2];
    double[][] sums = new double[attribution.targets().count()][height * width];
    for (int n = 0; n < input.rows(); n++) {
      int image = n;
      Random random = new Random(seed);
      // The masks of the batch that is on its way, by version.
      Map<Integer, float[]> now = new HashMap<>();
      Versions.scores(
          attribution,
          image,
          masks,
          (kernels, from, count) -> {
            now.clear();
            for (int b = 0; b < count; b++) {
              now.put(from + b, mask(random, height, width));
            }
            List<float[]> batch = IntStream.range(from, from + count).mapToObj(now::get).toList();
            return Versions.masked(kernels, input, image, batch);
          },
          (version, target, score) -> {
            float[] mask = now.get(version);
            for (int i = 0; i < mask.length; i++) {
              sums[target][i] += score * mask[i];
            }
          });
    }
    List<SaliencyMap> maps = new ArrayList<>();
    for (double[] sum : sums) {
      float[] values = new float[sum.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (sum[i] / (masks * p));
      }
      maps.add(new SaliencyMap(1, height, width, values));
    }
    return maps;
  }

  /** The next mask, {@code [height, width]} in 0 to 1. */
  float[] mask(Random random, int height, int width) {
    float[] grid = new float[side * side];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = random.nextDouble() < p ? 1 : 0;
    }
    int cellHeight = (height + side - 1) / side;
    int cellWidth = (width + side - 1) / side;
    int top = random.nextInt(cellHeight);
    int left = random.nextInt(cellWidth);
    int toHeight = (side + 1) * cellHeight;
    int toWidth = (side + 1) * cellWidth;
    float[] large = Upsampling.HALF_PIXEL_BILINEAR.apply(grid, side, side, toHeight, toWidth);
    float[] mask = new float[height * width];
    for (int row = 0; row < height; row++) {
      System.arraycopy(large, (top + row) * toWidth + left, mask, row * width, width);
    }
    return mask;
  }
}
