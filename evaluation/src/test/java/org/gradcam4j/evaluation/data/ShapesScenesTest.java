package org.gradcam4j.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.gradcam4j.evaluation.shapes.Scene;
import org.gradcam4j.evaluation.shapes.SceneGenerator;
import org.junit.jupiter.api.Test;

class ShapesScenesTest {
  @Test
  void imagesAreTheGeneratorsScenes() throws IOException {
    Dataset data = Datasets.shapes(7, 12);

    assertThat(data.name()).isEqualTo("shapes, seed 7");
    assertThat(data.images()).hasSize(12);
    for (int i = 0; i < 12; i++) {
      AnnotatedImage image = data.images().get(i);
      Scene scene = SceneGenerator.scene(7, i);
      assertThat(image.id()).isEqualTo(scene.image().name());
      assertThat(image.photo().rgb()).isEqualTo(scene.image().rgb());
      assertThat(image.annotation().classes())
          .extracting(c -> data.classes().get(c))
          .isEqualTo(scene.classNames());
      assertThat(image.annotation().objects()).hasSameSizeAs(scene.objects());
    }
  }

  @Test
  void noScenesAreRefused() {
    assertThatThrownBy(() -> Datasets.shapes(1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 scenes: expected 1 or more");
  }
}
