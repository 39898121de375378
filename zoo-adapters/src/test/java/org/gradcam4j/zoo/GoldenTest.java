package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
import org.gradcam4j.method.Deconvolution;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.GuidedBackpropagation;
import org.gradcam4j.method.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Published weights on real photos against values that PyTorch computed. */
class GoldenTest {
  private static final Map<String, Method> INPUT_METHODS =
      Map.of(
          "gradient", new Gradient(),
          "guided", new GuidedBackpropagation(),
          "deconvnet", new Deconvolution());

  @ParameterizedTest
  @CsvSource({
    "resnet18, FLOAT, 1e-5, 1e-2",
    "resnet50, FLOAT, 1e-5, 1e-2",
    "squeezenet1_1, FLOAT, 1e-5, 1e-2",
    "resnet18, DOUBLE, 1e-5, 1e-5",
    "resnet50, DOUBLE, 1e-5, 1e-5",
    "squeezenet1_1, DOUBLE, 1e-5, 1e-5"
  })
  void equalsPyTorchFromTheExactInput(
      String network, DataType type, double tolerance, double inputTolerance) throws IOException {
    Path golden = TestData.require("golden");
    Path weights = TestData.require("weights/" + network + "_imagenet.safetensors");
    double worst = 0;
    double worstInput = 0;
    // Printed alone: SinglePrecisionTest holds that only rectifiers at zero choose differently.
    double worstSingle = 0;
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
        for (Path file : maps(golden, image + "." + network + ".")) {
          String[] parts =
              file.getFileName()
                  .toString()
                  .substring((image + "." + network + ".").length())
                  .split("\\.(?=class)|(?<=class\\d{3})\\.|\\.npy");
          // layer.class.kind, or class.kind for maps of the input
          boolean atLayer = !parts[0].startsWith("class");
          String kind = parts[atLayer ? 2 : 1];
          int target = Integer.parseInt(parts[atLayer ? 1 : 0].substring("class".length()));
          Method method =
              atLayer
                  ? new GradCam(parts[0], kind.equals("gradcam_prerelu"))
                  : INPUT_METHODS.get(kind);
          Explanation explanation =
              explainer
                  .explain(List.of(input), List.of(method), List.of(Target.classIndex(target)))
                  .get(0);
          double[] map = doubles(explanation.map().values());
          double[] wanted = Npy.read(file).values();
          if (atLayer && type == DataType.FLOAT) {
            worstSingle = Math.max(worstSingle, difference(map, wanted));
          } else if (atLayer) {
            worst = Math.max(worst, difference(map, wanted));
          } else {
            worstInput = Math.max(worstInput, relativeL2(map, wanted));
          }
        }
      }
    }
    System.out.printf(
        "%s in %s: within %.2e of the maximum, Grad-CAM in FLOAT %.2e, maps of the input %.2e (L2)%n",
        network, type, worst, worstSingle, worstInput);
    assertThat(worst).isLessThan(tolerance);
    assertThat(worstInput).isLessThan(inputTolerance);
  }

  private static List<Path> maps(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> maps =
          files
              .filter(f -> f.getFileName().toString().startsWith(prefix))
              .filter(f -> !f.toString().endsWith("logits.npy"))
              .sorted()
              .toList();
      assertThat(maps).hasSizeGreaterThanOrEqualTo(12);
      return maps;
    }
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
