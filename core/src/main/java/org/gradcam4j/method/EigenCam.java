package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.gradcam4j.kernel.Tensor;

/**
 * Eigen-CAM: a layer's activations along their first principal component, whatever the class.
 *
 * <pre>
 * A = U S V^T        A: [H W, C], its singular values in falling order
 * L(i, j) = sum_k A_k(i, j) V_k1
 * </pre>
 *
 * <p>The activations are {@code [C, H, W]}, the map is {@code [H, W]} at the layer's resolution;
 * all classes of an image get the same. As in the paper the activations are not centred (some
 * implementations do). The sign, which a singular vector leaves open, is the one that makes the
 * map's sum positive; where no activation is negative, no cell of the map is either.
 *
 * <p>Muhammad and Yeasin, Eigen-CAM, IJCNN 2020, section III. The component is found by power
 * iteration in double precision from a fixed random vector, until it moves by less than 1e-9, at
 * most {@value #MOST_STEPS} times: two components of nearly equal strength stay mixed.
 *
 * @param layer the layer A, or null for the network's default
 */
public record EigenCam(String layer) implements Method {
  private static final int MOST_STEPS = 1000;
  private static final double STANDS_STILL = 1e-9;

  /** At the network's default layer. */
  public EigenCam() {
    this(null);
  }

  @Override
  public String name() {
    return "eigen-cam";
  }

  @Override
  public Set<String> reads(Attribution.Site site) {
    return Set.of(site.layer(this));
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    Tensor activation = attribution.cells(attribution.site().layer(this));
    long[] shape = activation.shape();
    double[] values = attribution.kernels().values(activation);
    int size = values.length / activation.rows();
    List<SaliencyMap> images = new ArrayList<>();
    for (int n = 0; n < activation.rows(); n++) {
      double[] cells = Arrays.copyOfRange(values, n * size, (n + 1) * size);
      double[] map = map(cells, activation.channels());
      float[] floats = new float[map.length];
      for (int i = 0; i < map.length; i++) {
        floats[i] = (float) map[i];
      }
      images.add(new SaliencyMap(1, (int) shape[1], (int) shape[2], floats));
    }
    return Arrays.stream(attribution.targets().images()).mapToObj(images::get).toList();
  }

  /**
   * The formula.
   *
   * @param activation {@code [H W, C]}
   * @return {@code [H W]}
   */
  static double[] map(double[] activation, int channels) {
    // Of no special direction: one at a right angle to the component would never find it.
    Random random = new Random(0);
    double[] component = new double[channels];
    Arrays.setAll(component, k -> random.nextGaussian());
    component = unit(component);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] next = unit(transposedProduct(activation, product(activation, component), channels));
      double moved = 0;
      for (int k = 0; k < channels; k++) {
        moved = Math.max(moved, Math.abs(next[k] - component[k]));
      }
      component = next;
      if (moved < STANDS_STILL) {
        break;
      }
    }
    double[] map = product(activation, component);
    if (Arrays.stream(map).sum() < 0) {
      Arrays.setAll(map, i -> -map[i]);
    }
    return map;
  }

  /** {@code A v}. */
  private static double[] product(double[] a, double[] v) {
    double[] result = new double[a.length / v.length];
    for (int i = 0; i < a.length; i++) {
      result[i / v.length] += a[i] * v[i % v.length];
    }
    return result;
  }

  /** {@code A^T u}. */
  private static double[] transposedProduct(double[] a, double[] u, int channels) {
    double[] result = new double[channels];
    for (int i = 0; i < a.length; i++) {
      result[i % channels] += a[i] * u[i / channels];
    }
    return result;
  }

  /** Scaled to length 1; zeros stay zeros. */
  private static double[] unit(double[] v) {
    double length = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
    return length == 0 ? v : Arrays.stream(v).map(x -> x / length).toArray();
  }
}
