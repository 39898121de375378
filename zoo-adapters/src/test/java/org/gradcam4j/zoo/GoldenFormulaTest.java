package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Target;
import org.gradcam4j.TestData;
import org.gradcam4j.image.Npy;
import org.gradcam4j.method.Deconvolution;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.GuidedBackpropagation;
import org.gradcam4j.method.Method;
import org.gradcam4j.zoo.weights.WeightLoader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Whole networks with weights and input from a formula against values that PyTorch computed. */
class GoldenFormulaTest {
  private static final int SEED = 1;

  @ParameterizedTest
  @CsvSource({
    "vgg16, vgg16, 578, relu3_3 relu5_3, 23431.01178984344, FLOAT, 1e-3, 1e-2",
    "alexnet, alexnet_caffe, 230, relu2 relu5, 22011.049528822303, FLOAT, 1e-3, 1e-2",
    "vgg16, vgg16, 578, relu3_3 relu5_3, 23431.01178984344, DOUBLE, 1e-5, 1e-5",
    "alexnet, alexnet_caffe, 230, relu2 relu5, 22011.049528822303, DOUBLE, 1e-5, 1e-5",
  })
  void equalsPyTorch(
      String id,
      String prefix,
      int target,
      String layers,
      double inputSum,
      DataType type,
      double tolerance,
      double inputTolerance)
      throws IOException {
    Path golden = TestData.require("golden-formula");
    NetworkAdapter adapter = Zoo.find(id);
    ComputationGraph graph = adapter.architecture().graph(type, WeightInit.ZERO);
    FormulaArrays arrays =
        id.equals("vgg16") ? FormulaArrays.vgg16(SEED) : FormulaArrays.alexNet(SEED);
    WeightLoader.load(graph, adapter.published().keySet().iterator().next(), arrays);
    int size = adapter.preprocessing().height();
    float[] values = FormulaArrays.input(SEED, size);
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    assertThat(sum).isCloseTo(inputSum, within(1e-3));

    List<String> kinds = new ArrayList<>();
    List<Method> methods = new ArrayList<>();
    for (String layer : layers.split(" ")) {
      kinds.add(layer + ".class" + target + ".gradcam_prerelu");
      methods.add(new GradCam(layer, true));
    }
    Map.of(
            "gradient", new Gradient(),
            "guided", new GuidedBackpropagation(),
            "deconvnet", new Deconvolution())
        .forEach(
            (kind, method) -> {
              kinds.add("class" + target + "." + kind);
              methods.add(method);
            });
    double worst = 0;
    double worstInput = 0;
    try (Explainer explainer =
        Explainer.builder(graph, adapter.preprocessing()).selfCheck(false).build()) {
      List<NetworkInput> input = List.of(NetworkInput.of("formula", 3, size, size, values));
      double[] logits =
          explainer.predict(input).get(0).stream().mapToDouble(p -> p.logit()).toArray();
      worst =
          GoldenTest.difference(logits, Npy.read(golden.resolve(prefix + ".logits.npy")).values());
      List<Explanation> explanations =
          explainer.explain(input, methods, List.of(Target.classIndex(target)));
      for (int i = 0; i < kinds.size(); i++) {
        double[] wanted = Npy.read(golden.resolve(prefix + "." + kinds.get(i) + ".npy")).values();
        double[] map = GoldenTest.doubles(explanations.get(i).map().values());
        if (methods.get(i) instanceof GradCam) {
          worst = Math.max(worst, GoldenTest.difference(map, wanted));
        } else {
          worstInput = Math.max(worstInput, GoldenTest.relativeL2(map, wanted));
        }
      }
    }
    graph.close();
    System.out.printf(
        "%s in %s: logits and Grad-CAM within %.2e of the maximum, maps of the input %.2e (L2)%n",
        id, type, worst, worstInput);
    assertThat(worst).isLessThan(tolerance);
    assertThat(worstInput).isLessThan(inputTolerance);
  }
}
