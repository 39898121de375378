package org.gradcam4j.evaluation.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.gradcam4j.Explainer;
import org.gradcam4j.Prediction;
import org.gradcam4j.TestData;
import org.gradcam4j.evaluation.data.Dataset;
import org.gradcam4j.evaluation.data.Datasets;
import org.gradcam4j.evaluation.data.Selection;
import org.gradcam4j.evaluation.head.FeatureNetwork.Pooling;
import org.gradcam4j.evaluation.head.HeadTraining.Options;
import org.gradcam4j.image.Photo;
import org.gradcam4j.zoo.Zoo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** From images to a network's file. */
class HeadTest {
  private static final Optional<Path> SHIPPED = Optional.empty();

  @TempDir private Path folder;

  private FeatureSet features(FeatureNetwork network, Dataset dataset) throws Exception {
    return new FeatureCache(folder.resolve("features")).of(network, dataset, 2, share -> {});
  }

  private static HeadTraining.Result train(FeatureSet images, long seed, int threads)
      throws Exception {
    return HeadTraining.train(
        images, new Options(seed, OptionalDouble.empty(), threads), share -> {});
  }

  @ParameterizedTest
  @CsvSource({"pool4, NONE, 384, 0.9", "relu4_2, AVERAGE, 96, 0.75", "relu6, NONE, 128, 0.95"})
  void aHundredScenesSeparateClasses(String layer, Pooling pooling, int size, double least)
      throws Exception {
    Dataset learning = Datasets.shapes(11, 100);
    try (FeatureNetwork network =
        FeatureNetwork.load(Zoo.find("shapes"), SHIPPED, Optional.of(layer), pooling)) {
      assertThat(network.size()).isEqualTo(size);
      FeatureSet images = features(network, learning);
      HeadTraining.Result result = train(images, 1, 2);
      HeadReport report =
          HeadTraining.judge(result.head(), features(network, Datasets.shapes(12, 60)));
      assertThat(report.meanAveragePrecision()).isGreaterThan(least);
      assertThat(train(images, 1, 1)).usingRecursiveComparison().isEqualTo(result);

      NetworkFacts facts =
          new NetworkFacts(network.preprocessing(), learning.classes(), "", Map.of("a", "b"));
      Path file = folder.resolve("head.zip");
      ComputationGraph whole = network.withHead(result.head());
      facts.write(file, whole);
      assertThat(NetworkFacts.read(file)).contains(facts);
      ComputationGraph restored = ModelSerializer.restoreComputationGraph(file.toFile());
      assertThat(restored.params()).isEqualTo(whole.params());
      assertSameScores(network, result.head(), learning, restored);
    }
  }

  /** By hand, by stock Deeplearning4j and by the explainer. */
  private static void assertSameScores(
      FeatureNetwork network, LinearHead head, Dataset data, ComputationGraph graph)
      throws Exception {
    try (Explainer explainer =
        Explainer.builder(graph, network.preprocessing()).labels(data.classes()).build()) {
      for (int i = 0; i < 5; i++) {
        Photo photo = data.images().get(i).photo();
        double[] byHand = head.scores(network.features(photo));
        INDArray stock = graph.outputSingle(network.preprocessing().batch(List.of(photo)));
        for (Prediction prediction : explainer.predict(List.of(explainer.input(photo))).get(0)) {
          int c = prediction.index();
          double probability = 1 / (1 + Math.exp(-byHand[c]));
          assertThat(prediction.logit()).isCloseTo(byHand[c], within(1e-3));
          assertThat(stock.getDouble(0, c)).isCloseTo(probability, within(1e-4));
        }
      }
    }
  }

  @Test
  void theSameNetworkIsTheSameFile() throws Exception {
    try (FeatureNetwork network =
        FeatureNetwork.load(Zoo.find("shapes"), SHIPPED, Optional.empty(), Pooling.NONE)) {
      FeatureSet images = features(network, Datasets.shapes(1, 40));
      LinearHead head =
          HeadTraining.train(images, new Options(1, OptionalDouble.of(0.1), 1), share -> {}).head();
      NetworkFacts facts =
          new NetworkFacts(network.preprocessing(), images.classes(), "relu4_2", Map.of());
      Path first = folder.resolve("1.zip");
      Path second = folder.resolve("2.zip");
      facts.write(first, network.withHead(head));
      facts.write(second, network.withHead(head));
      assertThat(second).hasSameBinaryContentAs(first);
      assertThatThrownBy(
              () -> train(new FeatureSet(List.of("a"), List.of(), List.of(), List.of()), 1, 1))
          .hasMessage("0 images to train on: expected at least 10");
    }
  }

  /** A tenth of VOC: the whole gives 58.9. */
  @Test
  void alexNetOnRealPhotos() throws Exception {
    Path voc = TestData.require("VOCdevkit/VOC2007");
    Path weights = TestData.require("weights/alexnet_caffe_conv_imagenet.safetensors");
    try (FeatureNetwork network =
        FeatureNetwork.load(
            Zoo.find("alexnet"), Optional.of(weights), Optional.empty(), Pooling.NONE)) {
      assertThat(network.size()).isEqualTo(9216);
      Selection some = new Selection(Optional.empty(), List.of(), 250, 1);
      FeatureSet learning = features(network, some.apply(Datasets.open(voc, "train")));
      FeatureSet judging = features(network, some.apply(Datasets.open(voc, "val")));
      assertThat(learning.failures()).isEmpty();
      HeadReport report = HeadTraining.judge(train(learning, 1, 2).head(), judging);
      assertThat(report.meanAveragePrecision()).isBetween(0.3, 0.6);
      assertThat(report.images()).isEqualTo(250);
    }
  }
}
