package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradcam4j.image.Upsampling;

/**
 * One map of several layers' maps: the deep ones say what, the shallow ones where exactly.
 *
 * <pre>
 * F_l = scale(upsample(M_l))
 * M(i, j) = max_l F_l(i, j)        or their mean
 * </pre>
 *
 * <p>The maps M_l are {@code [H_l, W_l]}; each is brought to the largest height and the largest
 * width among them by {@link Upsampling#HALF_PIXEL_BILINEAR}, then scaled. A map of zeros stays
 * one.
 *
 * <p>Jiang et al., LayerCAM, IEEE TIP 2021: the maximum, with shallow layers scaled by {@link
 * Scaling#HYPERBOLIC_TANGENT}, its equation 9.
 *
 * @param methods the methods, one a layer: their maps have cells, not the input's channels
 * @param scaling how maps are made comparable
 * @param combination how they are joined
 */
public record LayerFusion(List<Method> methods, Scaling scaling, Combination combination)
    implements Method {

  /** How maps are made comparable. */
  public enum Scaling {
    /** Each is divided by its largest magnitude. */
    MAXIMUM,
    /**
     * LayerCAM's: as {@link #MAXIMUM}, then {@code tanh(2 F)} for shallow layers, whose values
     * mostly lie far below their maximum. Shallow are all maps that have more cells than the
     * smallest.
     */
    HYPERBOLIC_TANGENT
  }

  /** How maps are joined, cell by cell. */
  public enum Combination {
    /** The greatest of the layers' values. */
    MAXIMUM,
    /** Their mean. */
    MEAN
  }

  /** LayerCAM's gamma. */
  private static final double STEEPNESS = 2;

  /** Checks that there are at least two methods and that all make maps of cells. */
  public LayerFusion {
    methods = List.copyOf(methods);
    if (methods.size() < 2) {
      throw new IllegalArgumentException(
          "expected the maps of at least 2 layers, got " + methods.size());
    }
    for (Method method : methods) {
      if (method.mapsInput()) {
        throw new IllegalArgumentException(
            method.name()
                + " makes a map of the input's channels: expected methods that make maps"
                + " of a layer's cells, such as layer-cam");
      }
    }
  }

  /** The maximum of maps that are scaled by theirs. */
  public LayerFusion(List<Method> methods) {
    this(methods, Scaling.MAXIMUM, Combination.MAXIMUM);
  }

  /** The methods' names, each once. */
  @Override
  public String name() {
    return methods.stream().map(Method::name).distinct().collect(Collectors.joining("+"));
  }

  @Override
  public Set<String> reads(Attribution.Site site) {
    Set<String> layers = new LinkedHashSet<>();
    methods.forEach(method -> layers.addAll(method.reads(site)));
    return layers;
  }

  @Override
  public boolean readsAllActivations() {
    return methods.stream().anyMatch(Method::readsAllActivations);
  }

  @Override
  public Set<String> readsGradients(Attribution.Site site) {
    Set<String> layers = new LinkedHashSet<>();
    methods.forEach(method -> layers.addAll(method.readsGradients(site)));
    return layers;
  }

  @Override
  public List<SaliencyMap> explain(Attribution attribution) {
    List<List<SaliencyMap>> layers = new ArrayList<>();
    for (Method method : methods) {
      layers.add(method.explain(attribution));
    }
    List<SaliencyMap> fused = new ArrayList<>();
    for (int r = 0; r < attribution.targets().count(); r++) {
      int row = r;
      fused.add(fuse(layers.stream().map(maps -> maps.get(row)).toList()));
    }
    return fused;
  }

  /** The formula. */
  SaliencyMap fuse(List<SaliencyMap> maps) {
    int height = maps.stream().mapToInt(SaliencyMap::height).max().orElseThrow();
    int width = maps.stream().mapToInt(SaliencyMap::width).max().orElseThrow();
    int fewest = maps.stream().mapToInt(map -> map.values().length).min().orElseThrow();
    float[] fused = null;
    for (SaliencyMap map : maps) {
      float[] values =
          Upsampling.HALF_PIXEL_BILINEAR.apply(
              map.values(), map.height(), map.width(), height, width);
      scale(values, map.values().length > fewest);
      if (fused == null) {
        fused = values;
      } else {
        for (int i = 0; i < fused.length; i++) {
          fused[i] =
              combination == Combination.MAXIMUM
                  ? Math.max(fused[i], values[i])
                  : fused[i] + values[i];
        }
      }
    }
    for (int i = 0; i < fused.length && combination == Combination.MEAN; i++) {
      fused[i] /= maps.size();
    }
    return new SaliencyMap(1, height, width, fused);
  }

  private void scale(float[] values, boolean shallow) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < values.length && largest > 0; i++) {
      values[i] /= largest;
      if (shallow && scaling == Scaling.HYPERBOLIC_TANGENT) {
        values[i] = (float) Math.tanh(STEEPNESS * values[i]);
      }
    }
  }
}
