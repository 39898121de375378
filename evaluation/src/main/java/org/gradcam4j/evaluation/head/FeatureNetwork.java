package org.gradcam4j.evaluation.head;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.gradcam4j.Explainer;
import org.gradcam4j.file.Sha256;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.pass.LayerListener;
import org.gradcam4j.pass.LayerView;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.NetworkAdapter.LoadedNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A published network up to the layer that describes an image by numbers: its features. Many
 * threads may ask for them at once.
 */
public final class FeatureNetwork implements AutoCloseable {
  private static final String POOLING = "head_pool";
  private static final String HEAD = "head";

  /** What is made of a layer with space. */
  public enum Pooling {
    /** All of its values, {@code [channels, rows, columns]} in a row. */
    NONE,
    /** The mean of each channel. */
    AVERAGE
  }

  private final LoadedNetwork network;
  private final Explainer explainer;
  private final String layer;
  private final Pooling pooling;

  /** {@code [H, W, C]} or {@code [F]}. */
  private final long[] shape;

  private FeatureNetwork(LoadedNetwork network, Pooling pooling) {
    this.network = network;
    this.pooling = pooling;
    this.layer = network.graph().getConfiguration().getNetworkOutputs().get(0);
    this.explainer =
        Explainer.builder(network.graph(), network.preprocessing()).selfCheck(false).build();
    Preprocessing input = network.preprocessing();
    this.shape =
        explainer
            .plan()
            .shapes(input.height(), input.width())
            .get(explainer.plan().step(layer).index());
  }

  /**
   * Loads a network.
   *
   * @param weights its weights; empty for those that ship with the project
   * @param layer the layer; empty for the global pooling where the network ends in one, else what
   *     its first dense layer reads
   * @throws IOException if the weights are missing, damaged, or not of this network
   * @throws IllegalArgumentException if the network has no such layer
   */
  public static FeatureNetwork load(
      NetworkAdapter adapter, Optional<Path> weights, Optional<String> layer, Pooling pooling)
      throws IOException {
    return new FeatureNetwork(
        weights.isPresent()
            ? adapter.loadFeatures(layer, weights.get(), DataType.FLOAT)
            : adapter.loadFeatures(layer, DataType.FLOAT),
        pooling);
  }

  /** What is known about the network. */
  public NetworkAdapter adapter() {
    return network.adapter();
  }

  /** What it expects of photos. */
  public Preprocessing preprocessing() {
    return network.preprocessing();
  }

  /** The layer. */
  public String layer() {
    return layer;
  }

  /** What is made of it. */
  public Pooling pooling() {
    return pooling;
  }

  /** How many features there are. */
  public int size() {
    boolean channels = shape.length == 1 || pooling == Pooling.AVERAGE;
    return Math.toIntExact(
        channels ? shape[shape.length - 1] : Arrays.stream(shape).reduce(1, Math::multiplyExact));
  }

  /** A photo's features. */
  public float[] features(Photo photo) {
    float[] features = new float[size()];
    explainer.observe(
        List.of(explainer.input(photo)),
        List.of(layer),
        new LayerListener() {
          @Override
          public void activation(LayerView activation) {
            float[] values = activation.copy().reshape(-1).toFloatVector();
            int cells = values.length / features.length;
            for (int i = 0; i < values.length; i++) {
              features[i / cells] += values[i] / cells;
            }
          }
        });
    return features;
  }

  /** What the features depend on, but for the photo: the same text, the same features. */
  String identity() {
    float[] parameters = network.graph().params().reshape(-1).toFloatVector();
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(parameters.length, Float.BYTES));
    bytes.asFloatBuffer().put(parameters);
    return String.join(
        "\n",
        Sha256.of(bytes.array()),
        network.graph().getConfiguration().toJson(),
        preprocessing().toString(),
        pooling.toString());
  }

  /**
   * The whole: the network up to the layer, then a dense layer with a sigmoid a class.
   *
   * @param head for these features
   */
  public ComputationGraph withHead(LinearHead head) {
    TransferLearning.GraphBuilder builder = new TransferLearning.GraphBuilder(network.graph());
    boolean space = shape.length == 3;
    if (space && pooling == Pooling.AVERAGE) {
      builder
          .addLayer(POOLING, new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), layer)
          .addLayer(HEAD, dense(head), POOLING);
    } else if (space) {
      builder.addLayer(
          HEAD, dense(head), new CnnToFeedForwardPreProcessor(shape[0], shape[1], shape[2]), layer);
    } else {
      builder.addLayer(HEAD, dense(head), layer);
    }
    ComputationGraph graph = builder.setOutputs(HEAD).build();
    INDArray weights = Nd4j.createFromArray(head.weights()).transpose();
    graph.getLayer(HEAD).getParam("W").assign(weights.castTo(DataType.FLOAT));
    graph
        .getLayer(HEAD)
        .getParam("b")
        .assign(Nd4j.createFromArray(head.bias()).castTo(DataType.FLOAT).reshape(1, -1));
    return graph;
  }

  private OutputLayer dense(LinearHead head) {
    return new OutputLayer.Builder(LossFunction.XENT)
        .nIn(size())
        .nOut(head.bias().length)
        .activation(Activation.SIGMOID)
        .build();
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    explainer.close();
  }
}
