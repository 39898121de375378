package org.gradcam4j.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Expected logits from numpy and torch: see src/test/python/keras_weights.py. */
class WeightLoaderTest {
  private static final WeightNames OWN = new WeightNames("Keras", Map.of());

  /** Where the graph flattens. */
  enum Flattening {
    AT_THE_DENSE_LAYER,
    BEFORE_DROPOUT,
    IN_A_VERTEX
  }

  /** Arrays in memory. */
  private record MemoryArrays(Axes axes, Map<String, INDArray> arrays) implements NamedArrays {
    @Override
    public Path file() {
      return Path.of("memory");
    }

    @Override
    public Set<String> names() {
      return arrays.keySet();
    }

    @Override
    public long[] shape(String name) {
      return arrays.get(name).shape();
    }

    @Override
    public double[] read(String name, long from, int count) {
      double[] all = arrays.get(name).dup('c').data().asDouble();
      return Arrays.copyOfRange(all, (int) from, (int) from + count);
    }

    @Override
    public void close() {}
  }

  private static GraphBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .dataType(DataType.DOUBLE)
        .weightInit(WeightInit.ZERO)
        .convolutionMode(ConvolutionMode.Truncate)
        .graphBuilder()
        .addInputs("input");
  }

  private static ConvolutionLayer convolution(int in, int out, int kernel, CNN2DFormat format) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nIn(in)
        .nOut(out)
        .dataFormat(format)
        .activation(Activation.RELU)
        .build();
  }

  private static OutputLayer logits(int in, int out) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(in)
        .nOut(out)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** The network of keras-network.h5: 7 x 5 cells, then 5 x 3, then 4 x 2 of 6 channels. */
  private static ComputationGraph network(Flattening place, CNN2DFormat format) {
    CnnToFeedForwardPreProcessor flattening = new CnnToFeedForwardPreProcessor(4, 2, 6, format);
    GraphBuilder builder =
        builder()
            .addLayer("conv1", convolution(2, 3, 3, format), "input")
            .addLayer("conv2", convolution(3, 6, 2, format), "conv1");
    switch (place) {
      case AT_THE_DENSE_LAYER -> builder.addLayer("dense", logits(48, 5), flattening, "conv2");
      case BEFORE_DROPOUT ->
          builder
              .addLayer("drop1", new DropoutLayer(0.5), flattening, "conv2")
              .addLayer("drop2", new DropoutLayer(0.5), "drop1")
              .addLayer("dense", logits(48, 5), "drop2");
      case IN_A_VERTEX ->
          builder
              .addVertex("flatten", new PreprocessorVertex(flattening), "conv2")
              .addLayer("dense", logits(48, 5), "flatten");
    }
    ComputationGraph graph = new ComputationGraph(builder.setOutputs("dense").build());
    graph.init();
    return graph;
  }

  private static void assertLogits(ComputationGraph graph, CNN2DFormat format) throws IOException {
    JsonNode expected = WeightFixtures.json("keras-network.json");
    INDArray input =
        Nd4j.create(
            WeightFixtures.numbers(expected.get("input_nchw")), new long[] {2, 2, 7, 5}, 'c');
    if (format == CNN2DFormat.NHWC) {
      input = input.permute(0, 2, 3, 1).dup('c');
    }
    double[] logits = graph.outputSingle(input).dup('c').data().asDouble();
    assertThat(logits)
        .containsExactly(WeightFixtures.numbers(expected.get("logits")), within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void aKerasFileGivesTheLogitsThatNumpyAndTorchComputed(Flattening place) throws IOException {
    for (CNN2DFormat format : CNN2DFormat.values()) {
      ComputationGraph graph = network(place, format);
      try (KerasWeights arrays = KerasWeights.open(WeightFixtures.path("keras-network.h5"))) {
        assertThat(WeightLoader.matches(graph, OWN, arrays)).isTrue();
        WeightLoader.load(graph, OWN, arrays);
      }
      assertLogits(graph, format);
    }
  }

  /** The same weights, turned into the other order by ND4J's own permutations. */
  @ParameterizedTest
  @EnumSource
  void bothOrdersOfAxesGiveTheSameNetwork(Flattening place) throws IOException {
    Map<String, INDArray> outFirst = new LinkedHashMap<>();
    try (KerasWeights file = KerasWeights.open(WeightFixtures.path("keras-network.h5"))) {
      for (String name : file.names()) {
        INDArray array =
            Nd4j.create(
                file.read(
                    name, 0, (int) Arrays.stream(file.shape(name)).reduce(1, (a, b) -> a * b)),
                file.shape(name),
                'c');
        if (array.rank() == 4) {
          array = array.permute(3, 2, 0, 1).dup('c');
        } else if (array.rank() == 2) {
          array = array.reshape('c', 4, 2, 6, 5).permute(3, 2, 0, 1).dup('c').reshape('c', 5, 48);
        }
        outFirst.put(name, array);
      }
    }
    for (CNN2DFormat format : CNN2DFormat.values()) {
      ComputationGraph graph = network(place, format);
      WeightLoader.load(graph, OWN, new MemoryArrays(Axes.OUT_FIRST, outFirst));
      assertLogits(graph, format);
    }
  }

  /** W x C x out is more than the loader reads at once, so that it reads row by row. */
  @Test
  void aLargeDenseLayerIsReadInPiecesAndEveryRowFindsItsPlace() throws IOException {
    int height = 2;
    int width = 3;
    int channels = 600;
    int out = 700;
    int in = height * width * channels;
    GraphBuilder builder =
        builder()
            .addLayer(
                "dense",
                logits(in, out),
                new CnnToFeedForwardPreProcessor(height, width, channels),
                "input")
            .setOutputs("dense");
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    INDArray weights = Nd4j.arange((double) in * out).castTo(DataType.DOUBLE).reshape('c', in, out);
    Map<String, INDArray> arrays =
        Map.of("dense.weight", weights, "dense.bias", Nd4j.zeros(DataType.DOUBLE, out));
    WeightLoader.load(graph, OWN, new MemoryArrays(Axes.OUT_LAST, arrays));
    INDArray loaded = graph.getLayer("dense").getParam("W");
    for (int h = 0; h < height; h++) {
      for (int w = 0; w < width; w++) {
        for (int c = 0; c < channels; c++) {
          double first = ((h * width + w) * channels + c) * (double) out;
          long row = (long) (c * height + h) * width + w;
          assertThat(loaded.getDouble(row, 0)).isEqualTo(first);
          assertThat(loaded.getDouble(row, out - 1)).isEqualTo(first + out - 1);
        }
      }
    }
  }

  @Test
  void anotherShapeIsRefusedInTheFilesOwnOrderBeforeAnythingIsWritten() throws IOException {
    GraphBuilder builder =
        builder()
            .addLayer("conv1", convolution(2, 3, 3, CNN2DFormat.NCHW), "input")
            .addLayer("conv2", convolution(3, 6, 2, CNN2DFormat.NCHW), "conv1")
            .addLayer("dense", logits(90, 5), new CnnToFeedForwardPreProcessor(5, 3, 6), "conv2")
            .setOutputs("dense");
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    Path file = WeightFixtures.path("keras-network.h5");
    ComputationGraph wider =
        new ComputationGraph(
            builder()
                .addLayer("conv1", convolution(4, 3, 3, CNN2DFormat.NCHW), "input")
                .setOutputs("conv1")
                .build());
    wider.init();
    try (KerasWeights arrays = KerasWeights.open(file)) {
      WeightFixtures.assertRefused(
          file,
          () -> WeightLoader.load(graph, OWN, arrays),
          "'dense.weight' has shape [48, 5], the network needs [90, 5]");
      WeightFixtures.assertRefused(
          file,
          () -> WeightLoader.load(wider, OWN, arrays),
          "'conv1.weight' has shape [3, 3, 2, 3], the network needs [3, 3, 4, 3]");
    }
    assertThat(graph.params().sumNumber().doubleValue()).isZero();
  }

  @Test
  void layersThatShareAnArrayNeedOutputsFirst() throws IOException {
    ComputationGraph graph = network(Flattening.AT_THE_DENSE_LAYER, CNN2DFormat.NCHW);
    WeightNames halves = new WeightNames("x", Map.of("conv1", new WeightNames.Source("all", 0, 2)));
    try (KerasWeights arrays = KerasWeights.open(WeightFixtures.path("keras-network.h5"))) {
      assertThatThrownBy(() -> WeightLoader.load(graph, halves, arrays))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("can only be read with outputs first");
    }
  }
}
