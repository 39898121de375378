package org.gradcam4j.evaluation.data;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradcam4j.image.Photo;

/** An image without its difficult objects. */
record WithoutDifficult(AnnotatedImage image) implements AnnotatedImage {
  @Override
  public String id() {
    return image.id();
  }

  @Override
  public Photo photo() throws IOException {
    return image.photo();
  }

  @Override
  public Annotation annotation() throws IOException {
    Annotation all = image.annotation();
    List<AnnotatedObject> left =
        all.objects().stream().filter(object -> !object.difficult()).toList();
    Set<Integer> marked = classes(all.objects());
    Set<Integer> shown = classes(left);
    return new Annotation(
        all.width(),
        all.height(),
        // Classes without any object are those of data sets that mark none.
        all.classes().stream().filter(c -> shown.contains(c) || !marked.contains(c)).toList(),
        left,
        all.blacklisted(),
        all.remarks());
  }

  private static Set<Integer> classes(List<AnnotatedObject> objects) {
    return objects.stream().map(AnnotatedObject::classIndex).collect(Collectors.toSet());
  }

  @Override
  public Optional<ClassMask> mask() throws IOException {
    return image.mask();
  }
}
