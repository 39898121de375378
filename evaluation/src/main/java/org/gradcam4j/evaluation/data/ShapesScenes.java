package org.gradcam4j.evaluation.data;

import java.util.ArrayList;
import java.util.List;
import org.gradcam4j.evaluation.shapes.Scene;
import org.gradcam4j.evaluation.shapes.SceneGenerator;
import org.gradcam4j.evaluation.shapes.SceneObject;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.PhotoCoordinates.Box;

/** Generated scenes with exact boxes, drawn when they are asked for: no file is read. */
final class ShapesScenes {
  private ShapesScenes() {}

  static Dataset of(long seed, int count) {
    List<AnnotatedImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(new Image(seed, i));
    }
    return new Dataset("shapes, seed " + seed, SceneGenerator.CLASSES, images, List.of());
  }

  /** The scene with that number. */
  private record Image(long seed, int index) implements AnnotatedImage {
    @Override
    public String id() {
      return "%06d".formatted(index);
    }

    @Override
    public Photo photo() {
      return SceneGenerator.scene(seed, index).image();
    }

    @Override
    public Annotation annotation() {
      Scene scene = SceneGenerator.scene(seed, index);
      List<AnnotatedObject> objects = scene.objects().stream().map(Image::object).toList();
      return new Annotation(
          scene.image().width(),
          scene.image().height(),
          objects.stream().map(AnnotatedObject::classIndex).distinct().toList(),
          objects,
          false,
          List.of());
    }

    private static AnnotatedObject object(SceneObject object) {
      return new AnnotatedObject(
          SceneGenerator.CLASSES.indexOf(object.className()),
          new Box(object.xMin(), object.yMin(), object.xMax(), object.yMax()),
          false);
    }
  }
}
