package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Target;
import org.gradcam4j.TestData;
import org.gradcam4j.image.Photo;
import org.gradcam4j.method.ContrastiveExcitation;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.GuidedGradCam;
import org.gradcam4j.method.SaliencyMap;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What must hold of a published network on real photos. */
class RealNetworkTest {
  private static final String WEIGHTS = "weights/resnet18_imagenet.safetensors";

  private static List<NetworkInput> photos(Explainer explainer, int count) throws IOException {
    try (Stream<Path> files = Files.list(TestData.require("VOCdevkit/VOC2007/JPEGImages"))) {
      List<NetworkInput> photos = new ArrayList<>();
      for (Path file : files.sorted().limit(count).toList()) {
        photos.add(explainer.input(Photo.read(file)));
      }
      return photos;
    }
  }

  @Test
  void manyThreadsGetBitwiseTheMapsOfOne() throws Exception {
    Path weights = TestData.require(WEIGHTS);
    try (Explainer explainer = Zoo.find("resnet18").load(weights, DataType.FLOAT).explainer()) {
      List<NetworkInput> photos = photos(explainer, 6);
      List<List<SaliencyMap>> alone = new ArrayList<>();
      for (NetworkInput photo : photos) {
        alone.add(maps(explainer, photo));
      }
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<List<SaliencyMap>>> together = new ArrayList<>();
        for (int i = 0; i < 2 * photos.size(); i++) {
          NetworkInput photo = photos.get(i % photos.size());
          together.add(threads.submit(() -> maps(explainer, photo)));
        }
        for (int i = 0; i < together.size(); i++) {
          assertThat(together.get(i).get()).isEqualTo(alone.get(i % photos.size()));
        }
      } finally {
        threads.shutdown();
      }
    }
  }

  private static List<SaliencyMap> maps(Explainer explainer, NetworkInput photo) {
    return explainer
        .explain(
            List.of(photo),
            List.of(new GradCam(), new GuidedGradCam("layer3"), new ContrastiveExcitation()),
            List.of(Target.top(2)))
        .stream()
        .map(e -> e.map())
        .toList();
  }

  /** Against an own computation with PyTorch 1.13 by the paper's formula, in double precision. */
  @Test
  void contrastiveExcitationEqualsPyTorchs() throws IOException {
    Path weights = TestData.require("weights/squeezenet1_1_imagenet.safetensors");
    NetworkInput input = GoldenTest.input(TestData.require("golden/both.input.npy"));
    try (Explainer explainer =
        Zoo.find("squeezenet1_1").load(weights, DataType.DOUBLE).explainer()) {
      SaliencyMap map =
          explainer
              .explain(
                  List.of(input),
                  List.of(new ContrastiveExcitation("features.9", true, true)),
                  List.of(Target.classIndex(243)))
              .get(0)
              .map();
      assertThat(map.argMax()).containsExactly(1, 6);
      assertThat((double) map.max()).isCloseTo(0.0014869052788487537, within(1e-9));
      assertThat((double) map.at(0, 0, 0)).isCloseTo(6.987743850161515e-05, within(1e-9));
      assertThat((double) map.at(0, 6, 6)).isCloseTo(0.00035606169915339123, within(1e-9));
      assertThat((double) map.at(0, 2, 8)).isCloseTo(6.249223336143742e-05, within(1e-9));
    }
  }

  /** The check of Adebayo et al., Sanity Checks for Saliency Maps, 2018. */
  @Test
  void randomisingWeightsFromTheTopChangesTheMaps() throws IOException {
    Path weights = TestData.require(WEIGHTS);
    ComputationGraph graph = Zoo.find("resnet18").load(weights, DataType.FLOAT).graph();
    try (Explainer explainer =
        Explainer.builder(graph, Zoo.find("resnet18").preprocessing()).selfCheck(false).build()) {
      List<NetworkInput> photos = photos(explainer, 12);
      List<Integer> classes =
          explainer.explain(photos, List.of(new GradCam()), List.of(Target.topPredicted())).stream()
              .map(e -> e.target().index())
              .toList();
      List<float[]> before = signedMaps(explainer, photos, classes);
      assertThat(similarity(before, signedMaps(explainer, photos, classes))).isEqualTo(1);
      List<Double> similarities = new ArrayList<>();
      Nd4j.getRandom().setSeed(5);
      for (String top : List.of("fc", "layer4", "layer3")) {
        for (var layer : graph.getLayers()) {
          if (layer.conf().getLayer().getLayerName().startsWith(top)
              && layer.paramTable().containsKey("W")) {
            INDArray w = layer.getParam("W");
            double deviation = w.stdNumber().doubleValue();
            w.assign(Nd4j.randn(DataType.FLOAT, w.shape()).muli(deviation));
          }
        }
        similarities.add(similarity(before, signedMaps(explainer, photos, classes)));
      }
      System.out.println(
          "correlation with the trained network's maps after randomising fc, layer4, layer3: "
              + similarities);
      assertThat(similarities).allSatisfy(s -> assertThat(Math.abs(s)).isLessThan(0.5));
    }
  }

  private static List<float[]> signedMaps(
      Explainer explainer, List<NetworkInput> photos, List<Integer> classes) {
    List<float[]> maps = new ArrayList<>();
    for (int i = 0; i < photos.size(); i++) {
      maps.add(
          explainer
              .explain(
                  List.of(photos.get(i)),
                  List.of(new GradCam("layer3", true)),
                  List.of(Target.classIndex(classes.get(i))))
              .get(0)
              .map()
              .values());
    }
    return maps;
  }

  private static double similarity(List<float[]> a, List<float[]> b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += GoldenTest.correlation(GoldenTest.doubles(a.get(i)), GoldenTest.doubles(b.get(i)));
    }
    return Math.round(1e6 * sum / a.size()) / 1e6;
  }
}
