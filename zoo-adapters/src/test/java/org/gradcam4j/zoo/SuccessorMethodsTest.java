package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Target;
import org.gradcam4j.TestData;
import org.gradcam4j.image.Npy;
import org.gradcam4j.method.AblationCam;
import org.gradcam4j.method.EigenCam;
import org.gradcam4j.method.GradCamPlusPlus;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.GradientTimesInput;
import org.gradcam4j.method.HiResCam;
import org.gradcam4j.method.IntegratedGradients;
import org.gradcam4j.method.LayerCam;
import org.gradcam4j.method.LayerFusion;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Rise;
import org.gradcam4j.method.SaliencyMap;
import org.gradcam4j.method.ScoreCam;
import org.gradcam4j.method.SmoothGrad;
import org.gradcam4j.method.XGradCam;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Grad-CAM's successors on published weights against maps that {@code
 * src/test/python/successor_methods.py} computed by PyTorch from the formulas.
 */
class SuccessorMethodsTest {
  private static final int TARGET = 243;
  private static final double TOLERANCE = 1e-4;

  @Test
  void gradientsAndComponentsInDouble() throws IOException {
    Map<String, Method> methods = new LinkedHashMap<>();
    for (String layer : List.of("features.4", "features.12")) {
      methods.put("grad-cam++." + layer, new GradCamPlusPlus(layer, true));
      methods.put("xgrad-cam." + layer, new XGradCam(layer, true));
      methods.put("hires-cam." + layer, new HiResCam(layer, true));
      methods.put("layer-cam." + layer, new LayerCam(layer));
      methods.put("eigen-cam." + layer, new EigenCam(layer));
    }
    methods.put(
        "layer-cam.features.4+features.12",
        new LayerFusion(
            List.of(new LayerCam("features.4"), new LayerCam("features.12")),
            LayerFusion.Scaling.HYPERBOLIC_TANGENT,
            LayerFusion.Combination.MAXIMUM));
    methods.put("gradient-x-input", new GradientTimesInput());
    methods.put(
        "integrated-gradients",
        new IntegratedGradients(
            5, IntegratedGradients.black(Zoo.find("squeezenet1_1").preprocessing())));
    methods.put("smooth-grad", new SmoothGrad(new Gradient(), 3, 0.15, 7));
    Map<String, SaliencyMap> maps = assertEqual(methods, DataType.DOUBLE);
    double[] scores = expected("integrated-gradients.scores");
    assertThat(maps.get("integrated-gradients").scoreDifference().orElseThrow())
        .isCloseTo(scores[0] - scores[1], within(1e-4));
  }

  /** These know no gradients, which jump where a rectifier's sign flips. */
  @Test
  void scoresInFloat() throws IOException {
    Map<String, Method> methods = new LinkedHashMap<>();
    methods.put("ablation-cam.features.4", new AblationCam("features.4", true));
    methods.put("ablation-cam.features.12", new AblationCam("features.12", true));
    methods.put("score-cam.features.12", new ScoreCam("features.12"));
    methods.put("rise", new Rise(30, 7, 0.5, 11));
    assertEqual(methods, DataType.FLOAT);
  }

  private static Map<String, SaliencyMap> assertEqual(Map<String, Method> methods, DataType type)
      throws IOException {
    Path weights = TestData.require("weights/squeezenet1_1_imagenet.safetensors");
    NetworkInput input = GoldenTest.input(TestData.require("golden/both.input.npy"));
    Map<String, SaliencyMap> maps = new LinkedHashMap<>();
    try (Explainer explainer = Zoo.find("squeezenet1_1").load(weights, type).explainer()) {
      for (Map.Entry<String, Method> method : methods.entrySet()) {
        SaliencyMap map =
            explainer
                .explain(
                    List.of(input), List.of(method.getValue()), List.of(Target.classIndex(TARGET)))
                .get(0)
                .map();
        maps.put(method.getKey(), map);
        double[] values = map.height() == 224 ? every14th(map) : doubles(map.values());
        double[] expected = expected(method.getKey());
        double largest = 0;
        for (double value : expected) {
          largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isPositive();
        assertThat(values)
            .as(method.getKey())
            .containsExactly(expected, within(TOLERANCE * largest));
      }
    }
    return maps;
  }

  private static double[] expected(String name) throws IOException {
    try {
      return Npy.read(
              Path.of(
                  SuccessorMethodsTest.class.getResource("/successors/" + name + ".npy").toURI()))
          .values();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** The pixels that were stored: from the 7th on in both directions. */
  private static double[] every14th(SaliencyMap map) {
    double[] values = new double[map.channels() * 16 * 16];
    for (int i = 0; i < values.length; i++) {
      values[i] = map.at(i / 256, 7 + 14 * (i / 16 % 16), 7 + 14 * (i % 16));
    }
    return values;
  }

  private static double[] doubles(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }
}
