package org.gradcam4j.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.GradCam;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;

/** Where libtorch is on the class path: Linux on x86-64. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class LibtorchNetworkTest {
  private static final int SIZE = 24;

  /** All that the timed networks have: AlexNet's groups, ResNet's sums, VGG's dense layers. */
  private static ComputationGraph network() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .weightInit(WeightInit.RELU)
            .activation(Activation.IDENTITY)
            .graphBuilder()
            .addInputs("image")
            .addLayer("conv1", convolution(3, 8), "image")
            .addLayer("relu1", relu(), "conv1")
            .addLayer(
                "norm1", new LocalResponseNormalization.Builder(1, 5, 0.1, 0.75).build(), "relu1")
            .addVertex("first", new SubsetVertex(0, 3), "norm1")
            .addVertex("second", new SubsetVertex(4, 7), "norm1")
            .addLayer("conv2_a", convolution(4, 6), "first")
            .addLayer("conv2_b", convolution(4, 6), "second")
            .addVertex("conv2", new MergeVertex(), "conv2_a", "conv2_b")
            .addLayer(
                "bn2",
                new BatchNormalization.Builder().useLogStd(false).nIn(12).nOut(12).build(),
                "conv2")
            .addLayer("conv3", convolution(8, 12), "norm1")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "bn2", "conv3")
            .addLayer("relu3", relu(), "sum")
            .addLayer(
                "pool3",
                new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(3, 3).stride(2, 2).build(),
                "relu3")
            .addLayer("conv4", convolution(12, 10), "pool3")
            .addLayer("relu4", relu(), "conv4")
            .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "relu4")
            .addLayer("fc5", new DenseLayer.Builder().nIn(10).nOut(9).build(), "mean")
            .addLayer(
                "scores",
                new OutputLayer.Builder().nIn(9).nOut(7).activation(Activation.SOFTMAX).build(),
                "fc5")
            .setOutputs("scores")
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  private static ConvolutionLayer convolution(int in, int out) {
    return new ConvolutionLayer.Builder(3, 3).nIn(in).nOut(out).padding(1, 1).build();
  }

  private static ActivationLayer relu() {
    return new ActivationLayer(Activation.RELU);
  }

  @ParameterizedTest
  @EnumSource
  void givesThePlansScoresAndMaps(LibtorchNetwork.Layout layout) {
    float[] pixels = new float[3 * SIZE * SIZE];
    Random random = new Random(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    List<NetworkInput> image = List.of(NetworkInput.of("random", 3, SIZE, SIZE, pixels));
    try (Explainer explainer = Explainer.of(network(), Preprocessing.torchvision(SIZE, SIZE));
        LibtorchNetwork libtorch = new LibtorchNetwork(explainer.plan(), layout);
        NDManager memory = libtorch.manager()) {
      double[] scores =
          explainer.predict(image).get(0).stream().mapToDouble(Prediction::logit).toArray();
      var input = libtorch.images(memory, pixels, new Shape(1, 3, SIZE, SIZE));
      close(libtorch.forward(input).toFloatArray(), scores);
      for (String layer : List.of("relu4", "relu3", "relu1")) {
        float[] map =
            explainer
                .explain(image, List.of(new GradCam(layer)), List.of(Target.topPredicted()))
                .get(0)
                .map()
                .values();
        close(libtorch.gradCam(input, layer).toFloatArray(), doubles(map));
      }
      // Others were freed on the way, the input was not.
      close(libtorch.forward(input).toFloatArray(), scores);
    }
  }

  private static void close(float[] found, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(doubles(found)).containsExactly(expected, within(1e-4 * largest));
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }
}
