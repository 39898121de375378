package com.example.explain;

import com.example.explain.Stripes.Patch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Target;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.GradCam;

/**
 * Draws after every epoch what a network that is being trained looks at, always of the same
 * pictures: add it to the network's listeners.
 *
 * <p>The explainer reads the network's own parameters, so that one made before the training shows
 * every epoch.
 */
public final class TrainingPictures extends BaseTrainingListener {
  private final Explainer explainer;
  private final List<NetworkInput> inputs;
  private final List<Target> targets;
  private final Path folder;
  private int epoch;

  /** Pictures of these photos, for each class, in this folder. */
  TrainingPictures(Explainer explainer, List<Photo> photos, Path folder) {
    this.explainer = explainer;
    this.inputs = photos.stream().map(explainer::input).toList();
    this.targets = explainer.labels().stream().map(Target::label).toList();
    this.folder = folder;
  }

  @Override
  public void onEpochEnd(Model model) {
    draw(++epoch);
  }

  /** Writes {@code <photo>-<class>-<epoch>.png}. */
  void draw(int number) {
    for (Explanation e : explainer.explain(inputs, List.of(new GradCam("relu3")), targets)) {
      String name = "%s-%s-%02d.png".formatted(e.input().name(), e.target().label(), number);
      try {
        ImageIO.write(e.overlay(), "png", folder.resolve(name).toFile());
      } catch (IOException x) {
        throw new UncheckedIOException(x);
      }
    }
  }

  /** Trains for five epochs and writes the pictures into the folder that is named. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args.length == 0 ? "training" : args[0]));
    train(ExplainOwnGraph.network(), folder);
  }

  static void train(ComputationGraph graph, Path folder) {
    try (Explainer explainer = ExplainOwnGraph.explainer(graph)) {
      TrainingPictures pictures = new TrainingPictures(explainer, photos(), folder);
      pictures.draw(0);
      graph.setListeners(pictures);
      graph.fit(new ListDataSetIterator<>(Stripes.batches(10, 16, 1)), 5);
    }
  }

  /** Two pictures of two patches, which have changed places in the second. */
  static List<Photo> photos() {
    List<Patch> patches = ExplainOwnGraph.PATCHES;
    Patch first = patches.get(0);
    Patch second = patches.get(1);
    return List.of(
        Stripes.picture("one", new Random(2), patches),
        Stripes.picture(
            "two",
            new Random(3),
            List.of(
                new Patch(first.direction(), second.x(), second.y()),
                new Patch(second.direction(), first.x(), first.y()))));
  }
}
