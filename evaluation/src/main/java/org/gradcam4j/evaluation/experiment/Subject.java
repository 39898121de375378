package org.gradcam4j.evaluation.experiment;

import java.util.List;
import org.gradcam4j.Explainer;
import org.gradcam4j.LayerInfo;

/**
 * The network that an experiment is about.
 *
 * @param explainer explains it; it stays open
 * @param layers its layers worth comparing, from deep to shallow
 * @param classes the way between the data set's classes and the network's
 */
public record Subject(Explainer explainer, List<LayerInfo> layers, ClassMap classes) {
  /** Copies the list. */
  public Subject {
    layers = List.copyOf(layers);
  }
}
