package org.gradcam4j.evaluation.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RandomWeightsTest {
  private static final int WIDTH = 64;

  /** Two convolutions with normalisation between, a wide dense layer, scores. */
  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .graphBuilder()
                .addInputs("in")
                .addLayer("first", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
                .addLayer("norm", new BatchNormalization(), "first")
                .addLayer("second", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "norm")
                .addLayer("wide", new DenseLayer.Builder().nOut(WIDTH).build(), "second")
                .addLayer("scores", new OutputLayer.Builder().nOut(WIDTH).build(), "wide")
                .setOutputs("scores")
                .setInputTypes(InputType.convolutional(6, 6, 3))
                .build());
    graph.init();
    // No parameter is as an initialiser leaves it, so that every change shows.
    INDArray parameters = graph.params();
    parameters.addi(Nd4j.linspace(0.1, 0.9, parameters.length(), parameters.dataType()));
    return graph;
  }

  private static Map<String, double[]> parameters(Model network) {
    Map<String, double[]> parameters = new LinkedHashMap<>();
    network
        .paramTable()
        .forEach((name, array) -> parameters.put(name, array.dup('c').data().asDouble()));
    return parameters;
  }

  @Test
  void layersGoFromTheScoresToTheImage() {
    assertThat(RandomWeights.layers(graph())).containsExactly("scores", "wide", "second", "first");
  }

  @Test
  void onlyTheWeightsOfTheseLayersChange() {
    ComputationGraph graph = graph();
    Map<String, double[]> before = parameters(graph);
    RandomWeights.draw(graph, List.of("second", "scores"), 1);
    Map<String, double[]> after = parameters(graph);
    assertThat(before).hasSize(12);
    before.forEach(
        (name, values) -> {
          if (name.equals("second_W") || name.equals("scores_W")) {
            for (int i = 0; i < values.length; i++) {
              assertThat(after.get(name)[i]).as(name + " " + i).isNotEqualTo(values[i]);
            }
          } else {
            assertThat(after.get(name)).as(name).isEqualTo(values);
          }
        });
  }

  @Test
  void theyAreNormalWithTheMeanAndDeviationThatTheyHad() {
    ComputationGraph graph = graph();
    INDArray weights = graph.getLayer("scores").getParam("W");
    int n = WIDTH * WIDTH;
    // Two values alone: a mean of 0.3 and a deviation of 2, far from normal.
    for (int i = 0; i < n; i++) {
      weights.putScalar(i, i % 2 == 0 ? 2.3 : -1.7);
    }
    RandomWeights.draw(graph, List.of("scores"), 5);
    double[] drawn = weights.dup('c').data().asDouble();
    double mean = Arrays.stream(drawn).average().orElseThrow();
    double deviation = Math.sqrt(Arrays.stream(drawn).map(w -> (w - mean) * (w - mean)).sum() / n);
    // Five standard errors each.
    assertThat(mean).isCloseTo(0.3, within(5 * 2 / Math.sqrt(n)));
    assertThat(deviation).isCloseTo(2, within(5 * 2 / Math.sqrt(2.0 * n)));
    assertShare(drawn, 1, 0.6827);
    assertShare(drawn, 2, 0.9545);
  }

  /** How many lie within so many deviations, within five standard errors. */
  private static void assertShare(double[] drawn, int deviations, double share) {
    double inside =
        Arrays.stream(drawn).filter(w -> Math.abs(w - 0.3) < deviations * 2).count()
            / (double) drawn.length;
    double error = Math.sqrt(share * (1 - share) / drawn.length);
    assertThat(inside).isCloseTo(share, within(5 * error));
  }

  @Test
  void theyDependOnTheSeedAndTheLayerAlone() {
    ComputationGraph one = graph();
    ComputationGraph all = graph();
    ComputationGraph other = graph();
    RandomWeights.draw(one, List.of("second"), 1);
    RandomWeights.draw(all, RandomWeights.layers(all), 1);
    RandomWeights.draw(other, List.of("second"), 2);
    double[] weights = parameters(one).get("second_W");
    assertThat(parameters(all).get("second_W")).isEqualTo(weights);
    assertThat(parameters(other).get("second_W")).isNotEqualTo(weights);
  }

  @Test
  void aStackOfLayersLikewise() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).name("first").nOut(4).build())
                .layer(new OutputLayer.Builder().name("scores").nOut(3).build())
                .setInputType(InputType.convolutional(6, 6, 3))
                .build());
    network.init();
    assertThat(RandomWeights.layers(network)).containsExactly("scores", "first");
    Map<String, double[]> before = parameters(network);
    RandomWeights.draw(network, List.of("first"), 1);
    Map<String, double[]> after = parameters(network);
    assertThat(after.get("0_W")).isNotEqualTo(before.get("0_W"));
    assertThat(after.get("0_b")).isEqualTo(before.get("0_b"));
    assertThat(after.get("1_W")).isEqualTo(before.get("1_W"));
  }
}
