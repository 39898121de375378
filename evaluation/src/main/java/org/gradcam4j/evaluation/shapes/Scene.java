package org.gradcam4j.evaluation.shapes;

import java.util.List;
import org.gradcam4j.image.Photo;

/**
 * A picture and what is in it.
 *
 * @param image the picture, at the network's input size
 * @param objects what is in it, from back to front; never empty
 */
public record Scene(Photo image, List<SceneObject> objects) {
  /** Copies the list. */
  public Scene {
    objects = List.copyOf(objects);
  }

  /** The classes in it, each once. */
  public List<String> classNames() {
    return objects.stream().map(SceneObject::className).distinct().toList();
  }

  /** Whether the pixel lies in a box of the class. */
  public boolean boxContains(String className, int x, int y) {
    return objects.stream().anyMatch(o -> o.className().equals(className) && o.contains(x, y));
  }
}
