package org.gradcam4j.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.gradcam4j.evaluation.experiment.Variant;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.Methods;
import org.gradcam4j.method.Occlusion;

/** The methods that a run compares. */
final class Variants {
  private static final Set<String> SLOW =
      Set.of("rise", "score-cam", "ablation-cam", "smooth-grad", "integrated-gradients");

  private Variants() {}

  /**
   * Each method once, or once a layer where it is made at one and several layers are given: then
   * its name has the layer behind an {@code @}.
   *
   * @param layers empty for the network's default
   * @param occlusion occlusion with its options, where it is among the methods
   * @throws UserError if there is no map at such a layer
   * @throws IllegalArgumentException if there is no such method or layer, or the network is none
   *     for a method
   */
  static List<Variant> of(
      List<String> methods,
      List<String> layers,
      LoadedModel loaded,
      Upsampling upsampling,
      Occlusion occlusion) {
    List<Variant> variants = new ArrayList<>();
    for (Methods.Entry entry : methods.stream().distinct().map(Methods::find).toList()) {
      if (!entry.atLayer() || layers.isEmpty()) {
        variants.add(variant(entry.name(), entry, null, upsampling, occlusion));
        continue;
      }
      for (String layer : layers.stream().distinct().toList()) {
        String step = loaded.spatial(layer);
        String name = layers.size() == 1 ? entry.name() : entry.name() + Variant.AT + layer;
        variants.add(variant(name, entry, step, upsampling, occlusion));
      }
    }
    variants.forEach(variant -> loaded.require(variant.method()));
    return variants;
  }

  private static Variant variant(
      String name, Methods.Entry entry, String layer, Upsampling upsampling, Occlusion occlusion) {
    Methods.Options options = new Methods.Options(layer, false, upsampling, occlusion, 0);
    return new Variant(name, Methods.create(entry.name(), options));
  }

  /** All methods but those that need hundreds of passes. */
  static List<String> fast() {
    return Methods.names().stream().filter(name -> !SLOW.contains(name)).toList();
  }
}
