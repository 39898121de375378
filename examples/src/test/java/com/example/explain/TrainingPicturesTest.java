package com.example.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.explain.Stripes.Patch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.image.Photo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingPicturesTest {
  private static final int EPOCHS = 5;

  @TempDir private static Path folder;

  private static final ComputationGraph GRAPH = ExplainOwnGraph.network();

  @BeforeAll
  static void train() {
    TrainingPictures.train(GRAPH, folder);
  }

  private static double share(String picture, int direction, int epoch, Patch patch) {
    String name = "%s-%s-%02d.png".formatted(picture, Stripes.CLASSES.get(direction), epoch);
    return Pictures.warmShare(Pictures.read(folder.resolve(name)), patch);
  }

  @Test
  void theMapLeavesTheOtherClassForItsOwn() {
    Patch left = ExplainOwnGraph.PATCHES.get(0);
    Patch right = ExplainOwnGraph.PATCHES.get(1);
    // In the second picture the patches have changed places.
    assertMoves("one", 0, right, left);
    assertMoves("one", 1, left, right);
    assertMoves("two", 0, left, right);
    assertMoves("two", 1, right, left);
  }

  private static void assertMoves(String picture, int direction, Patch from, Patch to) {
    assertThat(share(picture, direction, 0, from)).isPositive();
    assertThat(share(picture, direction, EPOCHS, from)).isZero();
    assertThat(share(picture, direction, EPOCHS, to)).isGreaterThan(0.4);
  }

  /** Every epoch's pictures are those of an explainer that is made then: here, after the last. */
  @Test
  void theExplainerOfTheStartShowsTheParametersOfTheEnd(@TempDir Path again) throws IOException {
    List<Photo> photos = TrainingPictures.photos();
    try (Explainer explainer = ExplainOwnGraph.explainer(GRAPH)) {
      new TrainingPictures(explainer, photos, again).draw(EPOCHS);
    }
    List<Path> drawn;
    try (Stream<Path> files = Files.list(again)) {
      drawn = files.toList();
    }
    assertThat(drawn).hasSize(photos.size() * Stripes.CLASSES.size());
    for (Path file : drawn) {
      assertThat(folder.resolve(file.getFileName())).hasSameBinaryContentAs(file);
    }
  }
}
