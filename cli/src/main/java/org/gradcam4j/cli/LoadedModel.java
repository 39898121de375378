package org.gradcam4j.cli;

import java.nio.file.Path;
import java.util.List;
import org.gradcam4j.Explainer;
import org.gradcam4j.LayerInfo;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.Attribution;
import org.gradcam4j.method.Method;
import org.gradcam4j.plan.NetworkPlan;

/**
 * A network that is ready to explain.
 *
 * @param explainer explains it
 * @param layers the layers that {@code --layer all} means, from deep to shallow
 * @param file the weights or the network's file; null for weights that ship with the project
 * @param assumed what was assumed for want of an option; empty if nothing was
 */
record LoadedModel(Explainer explainer, List<LayerInfo> layers, Path file, String assumed)
    implements AutoCloseable {
  LoadedModel {
    layers = List.copyOf(layers);
  }

  /** The shape of the network's first output. */
  long[] output() {
    return shape(explainer.plan().logits());
  }

  private long[] shape(NetworkPlan.Step step) {
    Preprocessing input = explainer.preprocessing();
    return explainer.plan().shapes(input.height(), input.width()).get(step.index());
  }

  /**
   * The name of a layer that maps can be made at.
   *
   * @throws UserError if it has no space
   * @throws IllegalArgumentException if there is no such layer
   */
  String spatial(String layer) {
    NetworkPlan.Step step = explainer.plan().step(layer);
    long[] shape = shape(step);
    if (shape.length != 3) {
      throw new UserError(
          "layer '%s' has no space, its output is %d numbers: expected one such as '%s' ('gradcam layers' lists them)"
              .formatted(layer, shape[0], explainer.defaultLayer()));
    }
    return step.name();
  }

  /**
   * Refuses what would fail for every photo.
   *
   * @param options where the classes' names are from, for the message
   */
  void requirePhotosAndNames(ModelOptions options) {
    int channels = explainer.plan().inputChannels();
    if (channels != 3) {
      throw new UserError(
          "the network takes images of " + channels + " channels: expected 3 (red, green, blue)");
    }
    long[] output = output();
    int names = explainer.labels().size();
    if (output.length == 1 && names != 0 && names != output[0]) {
      throw new UserError(
          (options.labels == null ? "the network's file" : "--labels")
              + " has "
              + names
              + " names, the network "
              + output[0]
              + " classes: expected one name a class");
    }
  }

  /**
   * Refuses a method that would fail for every photo.
   *
   * @throws IllegalArgumentException saying why
   */
  void require(Method method) {
    method.reads(
        new Attribution.Site(
            explainer.plan(), explainer.defaultLayer(), explainer.preprocessing()));
  }

  @Override
  public void close() {
    explainer.close();
  }
}
