package org.gradcam4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.util.ModelSerializer;
import org.gradcam4j.Explainer;
import org.gradcam4j.LayerInfo;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.gradcam4j.zoo.weights.WeightNames;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine.Option;

/** Which network, with which weights, and what it expects of photos. */
final class ModelOptions {
  /** How a user's own network expects pixels. */
  enum Scaling {
    /** 0-1. */
    UNIT,
    /** 0-1, torchvision's means and deviations. */
    TORCHVISION,
    /** 0-255 minus VGG's means. */
    CAFFE,
    /** 0-255. */
    NONE
  }

  @Option(
      names = "--model",
      defaultValue = "shapes",
      paramLabel = "ID|FILE",
      description =
          "A network of 'gradcam models', or a Deeplearning4j model file (.zip). Default:"
              + " ${DEFAULT-VALUE}, which is built in.")
  private String model;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "The network's weights, safetensors with the publisher's names.")
  private Path weights;

  @Option(
      names = "--dtype",
      paramLabel = "float|double",
      defaultValue = "FLOAT",
      description = "Type of all computation. Default: float.")
  private DataType type;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      description = "For a model file: side of its square input. Default: 224.")
  private Integer size;

  @Option(
      names = "--scaling",
      paramLabel = "unit|torchvision|caffe|none",
      defaultValue = "UNIT",
      description =
          "For a model file: what it expects of pixels. unit: 0-1; torchvision: 0-1, mean and"
              + " deviation; caffe: 0-255 minus the mean; none: 0-255. Default: unit.")
  private Scaling scaling;

  @Option(
      names = "--channel-order",
      paramLabel = "rgb|bgr",
      description =
          "For a model file: order of its channels. Default: bgr, as DataVec loads images; rgb for"
              + " torchvision scaling.")
  private Preprocessing.ChannelOrder order;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Names of the classes, one a line, instead of the network's own.")
  private Path labels;

  /**
   * A network ready to explain.
   *
   * @param explainer the explainer
   * @param layers its layers from deep to shallow
   * @param weightsFile where its weights came from, or null
   */
  record Model(Explainer explainer, List<String> layers, Path weightsFile)
      implements AutoCloseable {
    @Override
    public void close() {
      explainer.close();
    }
  }

  /** The options of a network that is only looked at. */
  static ModelOptions of(String model, Integer size) {
    ModelOptions options = new ModelOptions();
    options.model = model;
    options.size = size;
    options.type = DataType.FLOAT;
    options.scaling = Scaling.UNIT;
    return options;
  }

  private boolean isFile() {
    return model.endsWith(".zip") || Files.exists(Path.of(model));
  }

  /** An explainer that knows the network's layers, whatever its weights. */
  Model withoutWeights() throws IOException {
    if (isFile()) {
      return ownModel(Path.of(model));
    }
    NetworkAdapter adapter = Zoo.find(model);
    Explainer explainer =
        Explainer.builder(
                adapter.architecture().graph(type, WeightInit.ZERO), adapter.preprocessing())
            .defaultLayer(adapter.defaultLayer())
            .build();
    return new Model(explainer, adapter.layers(), null);
  }

  /** Loads the network. */
  Model open() throws IOException {
    return isFile() ? ownModel(Path.of(model)) : published(Zoo.find(model));
  }

  private List<String> readLabels(List<String> own) throws IOException {
    return labels == null
        ? own
        : Files.readAllLines(labels).stream().filter(line -> !line.isBlank()).toList();
  }

  private Model published(NetworkAdapter adapter) throws IOException {
    NetworkAdapter.LoadedNetwork network;
    if (weights != null) {
      network = adapter.load(weights, type);
    } else if (adapter.embedded().isPresent()) {
      network = adapter.load(type);
    } else {
      throw new IllegalArgumentException(
          "model '"
              + adapter.id()
              + "' needs its weights: --weights FILE.safetensors, with the names of "
              + adapter.published().keySet().stream()
                  .map(WeightNames::publisher)
                  .collect(Collectors.joining(" or ")));
    }
    Explainer explainer = network.builder().labels(readLabels(adapter.labels())).build();
    return new Model(explainer, adapter.layers(), weights);
  }

  private Model ownModel(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("model file " + file + ": no such file");
    }
    Explainer.Builder builder;
    try {
      builder = read(file);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "model file "
              + file
              + " cannot be read as a Deeplearning4j model: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
    Explainer explainer =
        builder.labels(readLabels(List.of())).name(file.getFileName().toString()).build();
    List<String> layers = explainer.layers().stream().map(LayerInfo::name).toList();
    return new Model(explainer, layers, file);
  }

  private Explainer.Builder read(Path file) throws IOException {
    boolean isGraph;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(ModelSerializer.CONFIGURATION_JSON);
      if (entry == null) {
        throw new IOException("it holds no configuration.json");
      }
      isGraph =
          new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8)
              .contains("\"vertices\"");
    }
    if (isGraph) {
      ComputationGraph graph = ModelSerializer.restoreComputationGraph(file.toFile(), false);
      return Explainer.builder(graph, preprocessing(NetworkPlan.of(graph)));
    }
    MultiLayerNetwork network = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), false);
    return Explainer.builder(network, preprocessing(NetworkPlan.of(network)));
  }

  private Preprocessing preprocessing(NetworkPlan plan) {
    int side = size == null ? 224 : size;
    if (side < 1) {
      throw new IllegalArgumentException("--size " + side + ": expected at least 1");
    }
    if (size == null && !takes(plan, side)) {
      int fitting = 1;
      while (fitting < 1024 && !takes(plan, fitting)) {
        fitting++;
      }
      throw new IllegalArgumentException(
          "the network does not take images of 224x224: give its input's side, --size "
              + (fitting < 1024 ? fitting + " for example" : "PIXELS"));
    }
    Preprocessing.ChannelOrder channels =
        order != null
            ? order
            : scaling == Scaling.TORCHVISION
                ? Preprocessing.ChannelOrder.RGB
                : Preprocessing.ChannelOrder.BGR;
    boolean rgb = channels == Preprocessing.ChannelOrder.RGB;
    List<Double> zeros = List.of(0.0, 0.0, 0.0);
    List<Double> ones = List.of(1.0, 1.0, 1.0);
    Preprocessing published =
        scaling == Scaling.CAFFE
            ? Preprocessing.caffe(side, side, 103.939, 116.779, 123.68)
            : Preprocessing.torchvision(side, side);
    boolean plain = scaling == Scaling.UNIT || scaling == Scaling.NONE;
    boolean turned = rgb != (published.channelOrder() == Preprocessing.ChannelOrder.RGB);
    return new Preprocessing(
        side,
        side,
        channels,
        scaling == Scaling.UNIT || scaling == Scaling.TORCHVISION ? 1.0 / 255 : 1.0,
        plain ? zeros : turned ? reversed(published.mean()) : published.mean(),
        plain
            ? ones
            : turned ? reversed(published.standardDeviation()) : published.standardDeviation(),
        Preprocessing.Resampling.ANTIALIASED_BILINEAR);
  }

  private static boolean takes(NetworkPlan plan, int side) {
    try {
      plan.shapes(side, side);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<Double> reversed(List<Double> three) {
    return List.of(three.get(2), three.get(1), three.get(0));
  }
}
