package org.gradcam4j.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Where libtorch is on the class path: Linux on x86-64. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class LibtorchNetworkTest {
  private static final int SIZE = 112;

  @ParameterizedTest
  @EnumSource
  void givesThePlansScoresAndMaps(LibtorchNetwork.Layout layout) {
    NetworkAdapter adapter = Zoo.find("shapes");
    ComputationGraph graph = adapter.load(DataType.FLOAT).graph();
    float[] pixels = new float[3 * SIZE * SIZE];
    Random random = new Random(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    List<NetworkInput> image = List.of(NetworkInput.of("random", 3, SIZE, SIZE, pixels));
    Preprocessing preprocessing = adapter.preprocessing();
    try (Explainer explainer = Explainer.of(graph, preprocessing);
        LibtorchNetwork libtorch = new LibtorchNetwork(explainer.plan(), layout);
        NDManager memory = libtorch.manager()) {
      double[] scores =
          explainer.predict(image).get(0).stream().mapToDouble(Prediction::logit).toArray();
      String layer = explainer.defaultLayer();
      float[] map =
          explainer
              .explain(image, List.of(new GradCam(layer)), List.of(Target.topPredicted()))
              .get(0)
              .map()
              .values();
      var input = libtorch.inLayout(memory.create(pixels, new Shape(1, 3, SIZE, SIZE)));
      close(libtorch.forward(input).toFloatArray(), scores);
      close(libtorch.gradCam(input, layer).toFloatArray(), doubles(map));
      // Freed as it went, the input is still there.
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
