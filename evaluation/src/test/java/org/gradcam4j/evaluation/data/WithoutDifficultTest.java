package org.gradcam4j.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.PhotoCoordinates.Box;
import org.junit.jupiter.api.Test;

class WithoutDifficultTest {
  private static final Box BOX = new Box(0, 0, 3, 4);

  private record Image(Annotation annotation) implements AnnotatedImage {
    @Override
    public String id() {
      return "one";
    }

    @Override
    public Photo photo() {
      throw new AssertionError("no photo is wanted");
    }
  }

  private static Annotation without(List<Integer> classes, AnnotatedObject... objects)
      throws IOException {
    Annotation all =
        new Annotation(8, 9, classes, List.of(objects), true, List.of("something odd"));
    Dataset data =
        new Dataset("VOC val", List.of("cat", "dog"), List.of(new Image(all)), List.of("odd"))
            .withoutDifficult();
    assertThat(data.name()).isEqualTo("VOC val without difficult objects");
    assertThat(data.problems()).containsExactly("odd");
    assertThat(data.images().get(0).id()).isEqualTo("one");
    assertThat(data.images().get(0).mask()).isEmpty();
    return data.images().get(0).annotation();
  }

  @Test
  void difficultObjectsAndClassesThatHaveNoOtherAreGone() throws IOException {
    AnnotatedObject clear = new AnnotatedObject(1, BOX, false);
    Annotation left =
        without(
            List.of(0, 1),
            new AnnotatedObject(0, BOX, true),
            new AnnotatedObject(1, BOX, true),
            clear);
    assertThat(left)
        .isEqualTo(
            new Annotation(8, 9, List.of(1), List.of(clear), true, List.of("something odd")));
  }

  @Test
  void classesWithoutAnyObjectStay() throws IOException {
    assertThat(without(List.of(0, 1), new AnnotatedObject(1, BOX, true)).classes())
        .containsExactly(0);
  }
}
