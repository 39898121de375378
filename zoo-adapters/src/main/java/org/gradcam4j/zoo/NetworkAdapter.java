package org.gradcam4j.zoo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.Explainer;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.weights.NamedArrays;
import org.gradcam4j.zoo.weights.SafeTensors;
import org.gradcam4j.zoo.weights.WeightFile;
import org.gradcam4j.zoo.weights.WeightLoader;
import org.gradcam4j.zoo.weights.WeightNames;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What is known about a published network.
 *
 * @param id the name on the command line
 * @param title the name in the field
 * @param paper where it was published
 * @param parameters how many numbers it has
 * @param layers its layers for maps, from deep to shallow, in the field's words
 * @param defaultLayer the layer for maps: its last convolutional one
 * @param labels the names of its classes
 * @param architecture builds its graph
 * @param published how its weights are named, and for each naming the preprocessing they expect
 * @param embedded the resource that holds its weights, where they ship with the project
 */
public record NetworkAdapter(
    String id,
    String title,
    String paper,
    long parameters,
    List<String> layers,
    String defaultLayer,
    List<String> labels,
    Architecture architecture,
    Map<WeightNames, Preprocessing> published,
    Optional<String> embedded) {

  /** Builds a network. */
  @FunctionalInterface
  public interface Architecture {
    /** The initialised graph, parameters of the type drawn by the scheme. */
    ComputationGraph graph(DataType type, WeightInit initialisation);
  }

  /** A network whose weights do not ship with the project. */
  public NetworkAdapter(
      String id,
      String title,
      String paper,
      long parameters,
      List<String> layers,
      String defaultLayer,
      List<String> labels,
      Architecture architecture,
      Map<WeightNames, Preprocessing> published) {
    this(
        id,
        title,
        paper,
        parameters,
        layers,
        defaultLayer,
        labels,
        architecture,
        published,
        Optional.empty());
  }

  /** Copies the collections. */
  public NetworkAdapter {
    layers = List.copyOf(layers);
    labels = List.copyOf(labels);
    published = new LinkedHashMap<>(published);
  }

  /** The network with random weights, to train or to time. */
  public ComputationGraph graph(DataType type) {
    return architecture.graph(type, WeightInit.RELU);
  }

  /** What the network expects of photos; that of the first naming, where they differ. */
  public Preprocessing preprocessing() {
    return published.values().iterator().next();
  }

  /**
   * The network with weights from a file of any {@linkplain WeightFile format}.
   *
   * @throws IOException if the file is missing, damaged, or not of this network, saying why
   */
  public LoadedNetwork load(Path weights, DataType type) throws IOException {
    try (NamedArrays arrays = WeightFile.open(weights)) {
      return load(arrays, type);
    }
  }

  /**
   * The network up to a layer, its only output, with weights from a file that may end there as
   * well.
   *
   * @param layer the layer; empty for the one whose output describes an image: the global pooling
   *     where the network ends in one, else what its first dense layer reads
   * @throws IOException if the file is missing, damaged, or not of this network, saying why
   * @throws IllegalArgumentException if the network has no such layer
   */
  public LoadedNetwork loadFeatures(Optional<String> layer, Path weights, DataType type)
      throws IOException {
    try (NamedArrays arrays = WeightFile.open(weights)) {
      ComputationGraph whole = architecture.graph(type, WeightInit.ZERO);
      WeightNames names = names(whole, arrays);
      ComputationGraph part = GraphPart.features(whole, layer);
      WeightLoader.loadPart(part, names, arrays);
      return new LoadedNetwork(this, part, published.get(names));
    }
  }

  /**
   * The same with the weights that ship with the project.
   *
   * @throws IllegalArgumentException if there are none, or the network has no such layer
   */
  public LoadedNetwork loadFeatures(Optional<String> layer, DataType type) {
    LoadedNetwork whole = load(type);
    return new LoadedNetwork(this, GraphPart.features(whole.graph(), layer), whole.preprocessing());
  }

  /**
   * The network with the weights that ship with the project.
   *
   * @throws IllegalArgumentException if there are none: a file is needed
   */
  public LoadedNetwork load(DataType type) {
    String resource =
        embedded.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "network '" + id + "' ships without weights: give a file of them"));
    try (InputStream in = NetworkAdapter.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("resource " + resource + " is missing from the project's jar");
      }
      try (SafeTensors arrays = SafeTensors.of(resource, in.readAllBytes())) {
        return load(arrays, type);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private LoadedNetwork load(NamedArrays arrays, DataType type) throws IOException {
    ComputationGraph graph = architecture.graph(type, WeightInit.ZERO);
    WeightNames names = names(graph, arrays);
    WeightLoader.load(graph, names, arrays);
    return new LoadedNetwork(this, graph, published.get(names));
  }

  /** The names that the file has most of: publishers may agree on the convolutions' alone. */
  WeightNames names(ComputationGraph graph, NamedArrays arrays) throws IOException {
    return published.keySet().stream()
        .filter(names -> WeightLoader.matches(graph, names, arrays))
        .max(Comparator.comparingLong(names -> WeightLoader.found(graph, names, arrays)))
        .orElseThrow(
            () ->
                new IOException(
                    "weights file %s is not of %s: it begins with '%s', expected names of %s"
                        .formatted(
                            arrays.file(),
                            id,
                            arrays.names().stream().findFirst().orElse("nothing"),
                            published.keySet().stream()
                                .map(WeightNames::publisher)
                                .collect(Collectors.joining(" or ")))));
  }

  /**
   * A network with its weights, or the part of it up to a layer.
   *
   * @param adapter what is known about it
   * @param graph the network
   * @param preprocessing what these weights expect of photos
   */
  public record LoadedNetwork(
      NetworkAdapter adapter, ComputationGraph graph, Preprocessing preprocessing) {
    /** An explainer of the whole network with its labels and default layer. */
    public Explainer explainer() {
      return builder().build();
    }

    /** The same, for more options. */
    public Explainer.Builder builder() {
      return Explainer.builder(graph, preprocessing)
          .name(adapter.id())
          .labels(adapter.labels())
          .defaultLayer(adapter.defaultLayer())
          .selfCheck(false);
    }
  }
}
