package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.api.Model;
import org.gradcam4j.Explainer;
import org.gradcam4j.LayerInfo;
import org.gradcam4j.evaluation.head.NetworkFacts;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.ImageNetClasses;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.NetworkAdapter.LoadedNetwork;
import org.gradcam4j.zoo.Zoo;
import org.gradcam4j.zoo.store.WeightStore;
import org.nd4j.linalg.api.buffer.DataType;

/** Loads the network that the options name: one of the zoo, or a file of the user's own. */
final class ModelSource {
  /** The network that ships with its weights. */
  static final String DEFAULT = "shapes";

  private static final Pattern FILE =
      Pattern.compile("\\.(zip|h5|hdf5|keras)$", Pattern.CASE_INSENSITIVE);

  private static final String ONLY_SHAPES =
      "no --model given: 'shapes' knows the shapes of 'gradcam demo' alone, photos need another"
          + " ('gradcam models')";

  private ModelSource() {}

  /**
   * Loads a network.
   *
   * @param model an id or a file; null for the default
   * @param store where published weights lie, for an id without {@code --weights}
   * @throws IOException if a file cannot be read
   */
  static LoadedModel load(String model, ModelOptions options, Supplier<WeightStore> store)
      throws IOException {
    return load(model, options, store, network -> {});
  }

  /**
   * Loads a network that is not as it was saved.
   *
   * @param change changes its parameters before it is read
   */
  static LoadedModel load(
      String model, ModelOptions options, Supplier<WeightStore> store, Consumer<Model> change)
      throws IOException {
    String name = model == null ? DEFAULT : model;
    DataType type = type(options.type);
    if (isFile(name)) {
      return own(Path.of(name), options, type, change);
    }
    return published(name, options, type, model == null ? ONLY_SHAPES : "", store, change);
  }

  /** Whether it is a file's name and not an id. */
  static boolean isFile(String model) {
    return Files.exists(Path.of(model)) || model.contains("/") || FILE.matcher(model).find();
  }

  /** The sizes of a published network's layers, from deep to shallow; needs no weights. */
  static List<LayerInfo> layers(NetworkAdapter adapter) {
    LoadedNetwork untrained =
        new LoadedNetwork(adapter, adapter.graph(DataType.FLOAT), adapter.preprocessing());
    try (Explainer explainer = untrained.explainer()) {
      return layers(adapter, explainer);
    }
  }

  private static List<LayerInfo> layers(NetworkAdapter adapter, Explainer explainer) {
    List<LayerInfo> all = explainer.layers();
    List<LayerInfo> layers = new ArrayList<>();
    for (String name : adapter.layers()) {
      String step = explainer.plan().step(name).name();
      all.stream().filter(layer -> layer.name().equals(step)).forEach(layers::add);
    }
    return layers;
  }

  /** Of a published network's file with another head, that network's layers; of others, all. */
  private static List<LayerInfo> layers(Optional<NetworkFacts> facts, Explainer explainer) {
    List<String> wanted =
        facts.map(own -> own.origin().get(NetworkFacts.NETWORK)).stream()
            .flatMap(id -> Zoo.models().stream().filter(adapter -> adapter.id().equals(id)))
            .flatMap(adapter -> adapter.layers().stream())
            .toList();
    List<LayerInfo> all = explainer.layers();
    List<LayerInfo> layers = all.stream().filter(layer -> wanted.contains(layer.name())).toList();
    return layers.isEmpty() ? all : layers;
  }

  private static LoadedModel published(
      String id,
      ModelOptions options,
      DataType type,
      String assumed,
      Supplier<WeightStore> store,
      Consumer<Model> change)
      throws IOException {
    NetworkAdapter adapter = Zoo.find(id);
    if (options.preprocessingGiven()) {
      throw new UserError(
          "--preprocessing, --size, --mean, --std, --scale and --bgr are for networks of your own;"
              + " those of '"
              + id
              + "' are known");
    }
    Path weights = weights(adapter, options.weights, store).orElse(null);
    LoadedNetwork network = weights == null ? adapter.load(type) : adapter.load(weights, type);
    change.accept(network.graph());
    Explainer explainer =
        Explainer.builder(network.graph(), network.preprocessing())
            .name(id)
            .labels(options.labels == null ? adapter.labels() : labels(options.labels))
            .defaultLayer(adapter.defaultLayer())
            .selfCheck(false)
            .build();
    return new LoadedModel(explainer, layers(adapter, explainer), weights, assumed);
  }

  /**
   * The file of a published network's weights; empty for those that ship with the project.
   *
   * @param given the file that the user names; null if none
   * @throws UserError if none is named and none is there
   */
  static Optional<Path> weights(NetworkAdapter adapter, Path given, Supplier<WeightStore> store)
      throws IOException {
    if (given != null || adapter.embedded().isPresent()) {
      return Optional.ofNullable(given);
    }
    Optional<Path> found = store.get().find(adapter.id());
    if (found.isEmpty()) {
      throw new UserError(
          "network '%1$s' needs its published weights: 'gradcam weights get %1$s' fetches them, --weights FILE names a file; '%2$s' alone ships with its own"
              .formatted(adapter.id(), DEFAULT));
    }
    return found;
  }

  private static LoadedModel own(
      Path file, ModelOptions options, DataType type, Consumer<Model> change) throws IOException {
    if (options.weights != null) {
      throw new UserError("--weights is for networks by id; " + file + " holds its own");
    }
    OwnNetwork network = OwnNetwork.read(file, type);
    change.accept(network.model());
    Optional<NetworkFacts> facts = network.facts();
    Preprocessing preprocessing = preprocessing(network, options);
    Explainer.Builder builder = network.builder(preprocessing).name(file.getFileName().toString());
    if (options.labels != null) {
      builder.labels(labels(options.labels));
    } else {
      facts.ifPresent(own -> builder.labels(own.labels()));
    }
    facts
        .map(NetworkFacts::layer)
        .filter(layer -> !layer.isEmpty())
        .ifPresent(builder::defaultLayer);
    Explainer explainer = builder.build();
    String assumed =
        facts.isEmpty()
                && options.preprocessing == null
                && options.scale == null
                && options.mean == null
            ? "photos are scaled to 0-1 for this network; --preprocessing says otherwise"
            : "";
    return new LoadedModel(explainer, layers(facts, explainer), file, assumed);
  }

  /** What the file says of it, as far as the options do not say otherwise. */
  private static Preprocessing preprocessing(OwnNetwork network, ModelOptions options) {
    Optional<Preprocessing> known = network.facts().map(NetworkFacts::preprocessing);
    int[] size;
    if (options.size != null) {
      size = options.size();
    } else {
      size = known.map(own -> new int[] {own.height(), own.width()}).orElseGet(network::inputSize);
    }
    return options.preprocessing(size[0], size[1], known);
  }

  private static DataType type(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "float" -> DataType.FLOAT;
      case "double" -> DataType.DOUBLE;
      default -> throw new UserError("--dtype " + word + ": expected float or double");
    };
  }

  private static List<String> labels(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      if (file.toString().equals("imagenet")) {
        return ImageNetClasses.NAMES;
      }
      throw new UserError("--labels " + file + ": no such file, and not 'imagenet'");
    }
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (java.nio.charset.MalformedInputException e) {
      throw new UserError("--labels " + file + " is not text in UTF-8", e);
    }
  }
}
