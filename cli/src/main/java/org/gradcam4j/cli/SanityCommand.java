package org.gradcam4j.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.gradcam4j.evaluation.experiment.Experiment;
import org.gradcam4j.evaluation.experiment.RandomWeights;
import org.gradcam4j.evaluation.experiment.Sanity;
import org.gradcam4j.evaluation.experiment.Sanity.Stage;
import org.gradcam4j.evaluation.metric.MapSimilarity;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.store.WeightStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The randomisation checks. */
@Command(
    name = "sanity",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    description = "What is left of maps when weights are replaced by random ones?")
final class SanityCommand extends ExperimentCommand {
  @Option(
      names = "--stages",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "How many networks with random weights of each kind, each of which takes its memory: from"
              + " the scores downwards, and of single layers (default: 4).")
  private int stages;

  private final List<LoadedModel> opened = new ArrayList<>();

  @Override
  List<String> defaultMethods() {
    return List.of("grad-cam", "guided-grad-cam", "guided-backprop", "gradient");
  }

  @Override
  Experiment experiment(LoadedModel loaded) throws IOException {
    if (stages < 1) {
      throw new UserError("--stages " + stages + ": expected at least 1");
    }
    Preprocessing photos = loaded.explainer().preprocessing();
    if (Math.min(photos.height(), photos.width()) < MapSimilarity.WINDOW) {
      throw new UserError(
          "sanity: the network's input is %dx%d pixels: structural similarity needs %dx%3$d or more"
              .formatted(photos.height(), photos.width(), MapSimilarity.WINDOW));
    }
    List<String> layers = new ArrayList<>();
    load(network -> layers.addAll(RandomWeights.layers(network))).close();
    List<Stage> cascading = new ArrayList<>();
    List<Stage> independent = new ArrayList<>();
    int most = Math.min(stages, layers.size());
    for (int i = 1; i <= most; i++) {
      int count = Math.max(1, i * layers.size() / most);
      String last = layers.get(count - 1);
      cascading.add(stage("cascading to " + last, layers.subList(0, count)));
      independent.add(stage("only " + last, List.of(last)));
    }
    cascading.addAll(independent);
    return new Sanity(variants(loaded), cascading, options.protocol(), options.data.seed);
  }

  private Stage stage(String name, List<String> random) throws IOException {
    LoadedModel changed = load(network -> RandomWeights.draw(network, random, options.data.seed));
    opened.add(changed);
    return new Stage(name, changed.explainer());
  }

  @Override
  void close() {
    opened.forEach(LoadedModel::close);
  }

  private LoadedModel load(Consumer<Model> change) throws IOException {
    return ModelSource.load(options.model, options.modelOptions, WeightStore::standard, change);
  }
}
