package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.NetworkOutput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.TestData;
import org.gradcam4j.image.Npy;
import org.gradcam4j.image.NpyArray;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.GradCam;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Published weights on real photos against values that PyTorch computed. Grad-CAM in FLOAT is
 * compared in {@code SinglePrecisionTest}.
 */
class GoldenTest {
  @ParameterizedTest
  @CsvSource({
    "resnet18, FLOAT, 1e-2",
    "resnet50, FLOAT, 1e-2",
    "squeezenet1_1, FLOAT, 1e-2",
    "resnet18, DOUBLE, 1e-5",
    "resnet50, DOUBLE, 1e-5",
    "squeezenet1_1, DOUBLE, 1e-5"
  })
  void equalsPyTorchFromTheExactInput(String network, DataType type, double inputTolerance)
      throws IOException {
    Path golden = TestData.require("golden");
    Path weights = TestData.require("weights/" + network + "_imagenet.safetensors");
    double worst = 0;
    double worstInput = 0;
    try (Explainer explainer = Zoo.find(network).load(weights, type).explainer()) {
      for (String image : List.of("both", "cat_dog")) {
        NetworkInput input = input(golden.resolve(image + ".input.npy"));
        double[] logits =
            explainer.predict(List.of(input)).get(0).stream()
                .mapToDouble(Prediction::logit)
                .toArray();
        double[] expected =
            Npy.read(golden.resolve(image + "." + network + ".logits.npy")).values();
        worst = Math.max(worst, difference(logits, expected));
        Map<Integer, List<GoldenMap>> byTarget =
            GoldenMap.of(golden, image, network).stream()
                .filter(map -> type == DataType.DOUBLE || map.method().mapsInput())
                .collect(Collectors.groupingBy(GoldenMap::target));
        for (int target : byTarget.keySet()) {
          List<GoldenMap> maps = byTarget.get(target);
          List<Explanation> explanations =
              explainer.explain(
                  List.of(input),
                  maps.stream().map(GoldenMap::method).toList(),
                  List.of(Target.classIndex(target)));
          for (int i = 0; i < maps.size(); i++) {
            double[] map = doubles(explanations.get(i).map().values());
            if (maps.get(i).method().mapsInput()) {
              worstInput = Math.max(worstInput, relativeL2(map, maps.get(i).values()));
            } else {
              worst = Math.max(worst, difference(map, maps.get(i).values()));
            }
          }
        }
      }
    }
    System.out.printf(
        "%s in %s: %s within %.2e of the maximum, maps of the input %.2e (L2)%n",
        network,
        type,
        type == DataType.DOUBLE ? "logits and Grad-CAM" : "logits",
        worst,
        worstInput);
    assertThat(worst).isLessThan(1e-5);
    assertThat(worstInput).isLessThan(inputTolerance);
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, both.png", "resnet18, cat_dog.jpg",
    "resnet50, both.png", "resnet50, cat_dog.jpg",
    "squeezenet1_1, both.png", "squeezenet1_1, cat_dog.jpg"
  })
  void equalsPyTorchFromThePhoto(String network, String photo) throws IOException {
    Path golden = TestData.require("golden");
    Path weights = TestData.require("weights/" + network + "_imagenet.safetensors");
    String image = photo.substring(0, photo.indexOf('.'));
    try (Explainer explainer = Zoo.find(network).load(weights, DataType.FLOAT).explainer()) {
      NetworkInput input = explainer.input(Photo.read(TestData.require("demo/" + photo)));
      double[] expected = Npy.read(golden.resolve(image + "." + network + ".logits.npy")).values();
      List<Target> top5 = List.of(Target.top(5));
      List<Explanation> explanations =
          explainer.explain(List.of(input), List.of(new GradCam()), top5);
      assertThat(explanations.stream().map(e -> e.target().index()).toList())
          .isEqualTo(
              Target.top(5).objectives(NetworkOutput.ofClasses(expected, List.of())).stream()
                  .map(objective -> objective.classIndex().orElseThrow())
                  .toList());
      double worst = 1;
      for (Explanation e : explanations) {
        Path file =
            golden.resolve(
                "%s.%s.%s.class%d.gradcam.npy"
                    .formatted(image, network, explainer.defaultLayer(), e.target().index()));
        if (Files.exists(file)) {
          worst = Math.min(worst, correlation(doubles(e.map().values()), Npy.read(file).values()));
        }
      }
      System.out.printf("%s on %s: correlation %.5f%n", network, photo, worst);
      assertThat(worst).isGreaterThan(0.995);
    }
  }

  static NetworkInput input(Path file) throws IOException {
    NpyArray array = Npy.read(file);
    int[] shape = array.shape();
    return NetworkInput.of(
        file.getFileName().toString(), shape[0], shape[1], shape[2], array.floats());
  }

  static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  /** The largest difference, as a share of the largest expected magnitude. */
  static double difference(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    return difference / largest;
  }

  static double relativeL2(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  static double correlation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }
}
