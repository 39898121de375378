package org.gradcam4j.evaluation.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.gradcam4j.evaluation.head.Truth.ABSENT;
import static org.gradcam4j.evaluation.head.Truth.IGNORED;
import static org.gradcam4j.evaluation.head.Truth.SHOWN;

import java.util.List;
import org.gradcam4j.evaluation.data.AnnotatedObject;
import org.gradcam4j.evaluation.data.Annotation;
import org.junit.jupiter.api.Test;

class TruthTest {
  private static AnnotatedObject object(int classIndex, boolean difficult) {
    return new AnnotatedObject(classIndex, null, difficult);
  }

  @Test
  void difficultObjectsDecideNothing() {
    List<AnnotatedObject> objects =
        List.of(object(0, true), object(1, true), object(1, false), object(3, false));
    Annotation annotation = new Annotation(9, 9, List.of(0, 1, 3), objects, false, List.of());
    assertThat(Truth.of(annotation, 4)).containsExactly(IGNORED, SHOWN, ABSENT, SHOWN);
  }

  @Test
  void aClassMayBeWithoutBoxes() {
    Annotation annotation = new Annotation(0, 0, List.of(2), List.of(), false, List.of());
    assertThat(Truth.of(annotation, 3)).containsExactly(ABSENT, ABSENT, SHOWN);
  }
}
