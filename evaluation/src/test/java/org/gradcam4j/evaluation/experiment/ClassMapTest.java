package org.gradcam4j.evaluation.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Classes of data sets and networks. */
class ClassMapTest {
  @Test
  void byName() {
    ClassMap map = ClassMap.of(List.of("cat", "dog"), List.of("Dog", "bird", "Cat"), 3);
    assertThat(map.toNetwork(0)).isEqualTo(2);
    assertThat(map.toNetwork(1)).isZero();
    assertThat(map.toDataset(2)).isZero();
    assertThat(map.toDataset(1)).isEqualTo(-1);
  }

  @Test
  void byPlaceWhereListsNameClassesDifferently() {
    List<String> labels = List.of("tench", "crane", "crane");
    assertThat(ClassMap.of(List.of("tench, Tinca tinca", "crane", "crane"), labels, 3).indices())
        .containsExactly(0, 1, 2);
    assertThat(ClassMap.of(List.of("a", "b"), List.of(), 2).indices()).containsExactly(0, 1);
  }

  @Test
  void namesThatNoneHasAreSeen() {
    List<String> labels = List.of("tench", "crane");
    assertThat(ClassMap.of(List.of("Tench ", "x"), labels, 2).anyOfOneName(labels)).isTrue();
    assertThat(ClassMap.of(List.of("a", "b"), labels, 2).anyOfOneName(labels)).isFalse();
  }

  @Test
  void namesAtOtherPlacesAreNeverTakenByPlace() {
    assertThat(ClassMap.of(List.of("cat", "dog"), List.of("dog", "cat"), 2).indices())
        .containsExactly(1, 0);
    assertThatThrownBy(() -> ClassMap.of(List.of("cat", "cow"), List.of("dog", "cat"), 2))
        .hasMessageStartingWith(
            "the network has no class 'cow' of the data set (1 of its 2 are missing): expected");
  }
}
