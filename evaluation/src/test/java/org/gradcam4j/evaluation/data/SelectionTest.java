package org.gradcam4j.evaluation.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.gradcam4j.image.Photo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectionTest {
  @TempDir private Path folder;

  /** An image that shows one class. */
  private record Image(String id, int classIndex) implements AnnotatedImage {
    @Override
    public Photo photo() {
      throw new AssertionError("no photo is wanted");
    }

    @Override
    public Annotation annotation() throws IOException {
      if (classIndex < 0) {
        throw new IOException("broken");
      }
      return new Annotation(0, 0, List.of(classIndex), List.of(), false, List.of());
    }
  }

  private static Dataset data(int count) {
    List<AnnotatedImage> images =
        IntStream.range(0, count)
            .mapToObj(i -> (AnnotatedImage) new Image("i" + i, i % 3))
            .toList();
    return new Dataset("data", List.of("cat", "crane", "crane"), images, List.of("a problem"));
  }

  private static List<String> ids(Dataset data) {
    return data.images().stream().map(AnnotatedImage::id).toList();
  }

  @Test
  void allIsAll() throws IOException {
    Dataset data = data(5);
    Dataset selected = Selection.ALL.apply(data);
    assertThat(selected).isEqualTo(data);
    assertThat(Selection.ALL.describe(data, selected.images())).isEqualTo("all");
  }

  @Test
  void aListKeepsTheOrderOfTheDataSet() throws IOException {
    Path list = Fixtures.write(folder.resolve("list.txt"), "i4\n\n i1 \nnone\ni4\n");
    Selection selection = new Selection(Optional.of(list), List.of(), 0, 0);

    Dataset selected = selection.apply(data(5));

    assertThat(ids(selected)).containsExactly("i1", "i4");
    assertThat(selected.problems())
        .containsExactly(
            "a problem", list + ":4: no image 'none' in data", list + ":5: 'i4' is there twice");
    assertThat(selection.describe(data(5), selected.images()))
        .isEqualTo("2 of 5, listed in list.txt");
  }

  @Test
  void aMissingListIsAnError() {
    Path list = folder.resolve("none.txt");
    assertThatThrownBy(() -> new Selection(Optional.of(list), List.of(), 0, 0).apply(data(5)))
        .isInstanceOf(IOException.class)
        .hasMessage("no such file: " + list);
  }

  @Test
  void classesMayShareAName() throws IOException {
    Selection selection = new Selection(Optional.empty(), List.of("crane"), 0, 0);
    Dataset selected = selection.apply(data(7));
    assertThat(ids(selected)).containsExactly("i1", "i2", "i4", "i5");
    assertThat(selection.describe(data(7), selected.images())).isEqualTo("4 of 7, showing crane");
  }

  @Test
  void anUnknownClassIsNamedWithThoseThereAre() {
    assertThatThrownBy(
            () -> new Selection(Optional.empty(), List.of("cat", "dog"), 0, 0).apply(data(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no class 'dog' in data: expected one of cat, crane, crane");
  }

  @Test
  void aListOfAClassHasThoseThatShowIt() throws IOException {
    Path list =
        Fixtures.write(folder.resolve("cat_val.txt"), "i4  1\ni1 -1\ni0  0\nnone  1\ni3 2\n");
    Dataset selected =
        new Selection(Optional.of(list), List.of(), 0, 0).withoutDrawing().apply(data(5));
    assertThat(ids(selected)).containsExactly("i0", "i4");
    assertThat(selected.problems().subList(1, 3))
        .containsExactly(
            list + ":4: no image 'none' in data", list + ":5: no image 'i3 2' in data");
  }

  @Test
  void drawnFromAllTheyAreTheSample() throws IOException {
    Selection selection = new Selection(Optional.empty(), List.of(), 5, 1);
    List<AnnotatedImage> asked = new ArrayList<>();
    List<AnnotatedImage> drawn =
        selection.draw(data(20).images(), asked::add, share -> assertThat(share).isBetween(0., 1.));
    assertThat(drawn).isEqualTo(selection.apply(data(20)).images());
    assertThat(asked).hasSize(5);
    List<AnnotatedImage> all = data(20).images();
    assertThat(Selection.ALL.draw(all, image -> true, share -> {})).isEqualTo(all);
    assertThat(new Selection(Optional.empty(), List.of(), 50, 1).draw(all, i -> true, share -> {}))
        .isEqualTo(all);
  }

  @Test
  void asManyAreDrawnOfThoseThatTakePart() throws IOException {
    List<AnnotatedImage> all = data(12).images();
    long[] times = new long[4];
    int seeds = 4000;
    for (int seed = 0; seed < seeds; seed++) {
      List<AnnotatedImage> drawn =
          new Selection(Optional.empty(), List.of(), 2, seed)
              .draw(all, image -> ((Image) image).classIndex() == 0, share -> {});
      assertThat(drawn).hasSize(2).isSubsetOf(all.get(0), all.get(3), all.get(6), all.get(9));
      assertThat(all.indexOf(drawn.get(0))).isLessThan(all.indexOf(drawn.get(1)));
      drawn.forEach(image -> times[all.indexOf(image) / 3]++);
    }
    double[] expected = new double[4];
    Arrays.fill(expected, seeds / 2.0);
    assertThat(new ChiSquareTest().chiSquareTest(expected, times)).isGreaterThan(0.001);
    // Fewer take part than are wanted: all of them.
    assertThat(
            new Selection(Optional.empty(), List.of(), 9, 1)
                .draw(all, image -> ((Image) image).classIndex() == 1, share -> {}))
        .containsExactly(all.get(1), all.get(4), all.get(7), all.get(10));
  }

  @Test
  void imagesWhoseClassesAreNotKnownAreProblems() throws IOException {
    Dataset data =
        new Dataset(
            "data", List.of("cat"), List.of(new Image("a", -1), new Image("b", 0)), List.of());
    Dataset selected = new Selection(Optional.empty(), List.of("cat"), 0, 0).apply(data);
    assertThat(ids(selected)).containsExactly("b");
    assertThat(selected.problems())
        .containsExactly("a: its classes are not known, left out: broken");
  }

  @Test
  void aSampleIsTheSameEverywhere() throws IOException {
    Dataset data = data(20);
    Selection selection = new Selection(Optional.empty(), List.of(), 5, 1);

    Dataset selected = selection.apply(data);

    // Worked out with SplitMix64 written in Python.
    assertThat(ids(selected)).containsExactly("i8", "i12", "i14", "i15", "i19");
    assertThat(selection.describe(data, selected.images())).isEqualTo("5 of 20, seed 1");
    assertThat(ids(new Selection(Optional.empty(), List.of(), 50, 1).apply(data)))
        .isEqualTo(ids(data));
  }

  @Test
  void everyImageIsAsLikely() throws IOException {
    Dataset data = data(10);
    long[] drawn = new long[10];
    int seeds = 4000;
    for (int seed = 0; seed < seeds; seed++) {
      Dataset selected = new Selection(Optional.empty(), List.of(), 3, seed).apply(data);
      assertThat(selected.images()).hasSize(3);
      List<String> order = new ArrayList<>(ids(data));
      order.retainAll(ids(selected));
      assertThat(ids(selected)).isEqualTo(order);
      ids(selected).forEach(id -> drawn[Integer.parseInt(id.substring(1))]++);
    }
    double[] expected = new double[10];
    Arrays.fill(expected, seeds * 0.3);
    assertThat(new ChiSquareTest().chiSquareTest(expected, drawn)).isGreaterThan(0.001);
  }

  @Test
  void negativeCountsAreRefused() {
    assertThatThrownBy(() -> new Selection(Optional.empty(), List.of(), -1, 0))
        .hasMessage("-1 images: expected a number from 1 on, or 0 for all");
  }
}
