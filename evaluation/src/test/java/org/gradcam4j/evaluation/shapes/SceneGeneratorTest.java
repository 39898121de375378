package org.gradcam4j.evaluation.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.gradcam4j.evaluation.shapes.SceneGenerator.Placed;
import org.gradcam4j.zoo.network.ShapesNet;
import org.junit.jupiter.api.Test;

class SceneGeneratorTest {
  @Test
  void sameBytesEverywhere() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int i = 0; i < 20; i++) {
      digest.update(SceneGenerator.scene(1, i).image().rgb());
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("d0f3484dae2b38b76be90a516a0cb85dbd816221da19b31a492ef7fbbb797498");
  }

  @Test
  void scenesDifferBySeedAndIndex() {
    byte[] scene = SceneGenerator.scene(1, 0).image().rgb();
    assertThat(SceneGenerator.scene(1, 1).image().rgb()).isNotEqualTo(scene);
    assertThat(SceneGenerator.scene(2, 0).image().rgb()).isNotEqualTo(scene);
  }

  @Test
  void fitsTheNetwork() {
    assertThat(SceneGenerator.CLASSES).isEqualTo(ShapesNet.CLASSES);
    assertThat(SceneGenerator.SIZE).isEqualTo(ShapesNet.INPUT);
    assertThat(SceneGenerator.scene(3, 0).image().width()).isEqualTo(ShapesNet.INPUT);
    assertThat(SceneGenerator.scene(3, 0).image().height()).isEqualTo(ShapesNet.INPUT);
  }

  /** The masks are drawn again here, from the shapes' formulas alone. */
  @Test
  void boxesAreTheExtentOfWhatIsSeen() {
    for (int index = 0; index < 40; index++) {
      List<Placed> placed = SceneGenerator.placed(5, index);
      Scene scene = SceneGenerator.scene(5, index);
      int[] owner = owners(placed);
      assertThat(scene.objects()).hasSameSizeAs(placed);
      for (int k = 0; k < placed.size(); k++) {
        SceneObject object = scene.objects().get(k);
        int wanted = k;
        int[] mine = IntStream.range(0, owner.length).filter(p -> owner[p] == wanted).toArray();
        assertThat(object.className()).isEqualTo(placed.get(k).shape().label());
        int size = SceneGenerator.SIZE;
        assertThat(new int[] {object.xMin(), object.yMin(), object.xMax(), object.yMax()})
            .containsExactly(
                Arrays.stream(mine).map(p -> p % size).min().orElseThrow(),
                Arrays.stream(mine).map(p -> p / size).min().orElseThrow(),
                Arrays.stream(mine).map(p -> p % size).max().orElseThrow(),
                Arrays.stream(mine).map(p -> p / size).max().orElseThrow());
      }
    }
  }

  /** For each pixel the topmost object that covers half of its 16 points, or -1. */
  private static int[] owners(List<Placed> placed) {
    int size = SceneGenerator.SIZE;
    int[] owner = new int[size * size];
    Arrays.fill(owner, -1);
    for (int k = 0; k < placed.size(); k++) {
      Placed o = placed.get(k);
      double cos = StrictMath.cos(o.angle());
      double sin = StrictMath.sin(o.angle());
      for (int p = 0; p < owner.length; p++) {
        int hits = 0;
        for (int s = 0; s < 16; s++) {
          double dx = p % size + (2 * (s % 4) + 1) / 8.0 - o.x();
          double dy = p / size + (2 * (s / 4) + 1) / 8.0 - o.y();
          double factor = SceneGenerator.REACH / o.radius();
          hits +=
              o.shape().contains(factor * (cos * dx + sin * dy), factor * (cos * dy - sin * dx))
                  ? 1
                  : 0;
        }
        owner[p] = hits >= 8 ? k : owner[p];
      }
    }
    return owner;
  }

  @Test
  void shapesReachNoFurtherThanTheirRadius() {
    for (ShapeClass shape : ShapeClass.values()) {
      double furthest = 0;
      for (int i = -200; i <= 200; i++) {
        for (int j = -200; j <= 200; j++) {
          if (shape.contains(i / 125.0, j / 125.0)) {
            furthest = Math.max(furthest, Math.hypot(i / 125.0, j / 125.0));
          }
        }
      }
      assertThat(furthest).as(shape.label()).isBetween(0.85, SceneGenerator.REACH + 0.01);
    }
  }

  @Test
  void mostlyTwoClassesAndEveryClassAsOften() {
    int scenes = 400;
    int[] classes = new int[4];
    int[] shown = new int[SceneGenerator.CLASSES.size()];
    int hidden = 0;
    int objects = 0;
    for (int i = 0; i < scenes; i++) {
      Scene scene = SceneGenerator.scene(7, i);
      classes[scene.classNames().size()]++;
      scene.classNames().forEach(name -> shown[SceneGenerator.CLASSES.indexOf(name)]++);
      hidden += (int) scene.objects().stream().filter(SceneObject::truncated).count();
      objects += scene.objects().size();
    }
    assertThat(classes[0]).isZero();
    assertThat(classes[1]).isBetween(35, 90);
    assertThat(classes[2]).isBetween(250, 310);
    assertThat(classes[3]).isBetween(35, 90);
    assertThat(Arrays.stream(shown).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(48, 112));
    assertThat(hidden).isLessThan(objects / 10);
  }

  @Test
  void noScenesBeforeTheFirst() {
    assertThatThrownBy(() -> SceneGenerator.scene(1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scene -1: expected 0 or more");
  }
}
