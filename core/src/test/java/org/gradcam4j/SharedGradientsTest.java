package org.gradcam4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.Counterfactual;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.GradCamPlusPlus;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.GradientTimesInput;
import org.gradcam4j.method.GuidedGradCam;
import org.gradcam4j.method.HiResCam;
import org.gradcam4j.method.LayerCam;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.XGradCam;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Methods that read true gradients are served by one backward pass. */
class SharedGradientsTest {
  private static final Preprocessing SIZE =
      Preprocessing.torchvision(SmallNetworks.HEIGHT, SmallNetworks.WIDTH);

  private static List<Method> methods(List<String> layers) {
    List<Method> methods = new ArrayList<>();
    for (String layer : layers) {
      methods.add(new GradCam(layer));
      methods.add(new GradCamPlusPlus(layer));
      methods.add(new XGradCam(layer));
      methods.add(new HiResCam(layer));
      methods.add(new LayerCam(layer));
      methods.add(new Counterfactual(layer));
    }
    methods.add(new Gradient());
    methods.add(new GradientTimesInput());
    methods.add(new GuidedGradCam());
    return methods;
  }

  @Test
  void mapsAreThoseOfEachMethodAlone() {
    Map<String, ComputationGraph> graphs = SmallNetworks.graphs(DataType.DOUBLE);
    for (Map.Entry<String, ComputationGraph> graph : graphs.entrySet()) {
      try (Explainer explainer = Explainer.of(graph.getValue(), SIZE)) {
        List<String> layers = explainer.layers().stream().map(LayerInfo::name).toList();
        List<Method> methods = methods(layers);
        List<NetworkInput> inputs = List.of(SmallNetworks.image(1), SmallNetworks.image(2));
        List<Target> targets = List.of(Target.classIndex(0), Target.classIndex(1));
        List<Explanation> together = explainer.explain(inputs, methods, targets);
        List<Explanation> alone = new ArrayList<>();
        for (NetworkInput input : inputs) {
          for (Method method : methods) {
            alone.addAll(explainer.explain(List.of(input), List.of(method), targets));
          }
        }
        assertThat(together).hasSameSizeAs(alone);
        for (int i = 0; i < alone.size(); i++) {
          float[] expected = alone.get(i).map().values();
          float[] actual = together.get(i).map().values();
          assertThat(actual).hasSameSizeAs(expected);
          for (int v = 0; v < expected.length; v++) {
            assertThat(actual[v])
                .as("%s, %s", graph.getKey(), alone.get(i).method())
                .isCloseTo(expected[v], within(1e-6f * (1 + Math.abs(expected[v]))));
          }
        }
      }
    }
  }
}
