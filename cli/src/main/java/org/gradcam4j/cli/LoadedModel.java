package org.gradcam4j.cli;

import java.nio.file.Path;
import java.util.List;
import org.gradcam4j.Explainer;
import org.gradcam4j.LayerInfo;

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

  @Override
  public void close() {
    explainer.close();
  }
}
