package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.Explainer;
import org.gradcam4j.LayerInfo;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.TestData;
import org.gradcam4j.image.Preprocessing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ZooTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "vgg16",
        "vgg19",
        "alexnet",
        "alexnet-torchvision",
        "resnet18",
        "resnet50",
        "squeezenet1_1"
      })
  void factsAgreeWithTheGraph(String id) {
    NetworkAdapter adapter = Zoo.find(id);
    ComputationGraph graph = adapter.graph(DataType.FLOAT);
    // Deeplearning4j counts running statistics as parameters, as the adapters do.
    assertThat(graph.numParams()).isEqualTo(adapter.parameters());
    try (Explainer explainer = Explainer.of(graph, adapter.preprocessing())) {
      List<String> layers = explainer.layers().stream().map(LayerInfo::name).toList();
      List<String> listed = layers.stream().filter(adapter.layers()::contains).toList();
      assertThat(listed).isEqualTo(adapter.layers());
      assertThat(adapter.layers()).contains(adapter.defaultLayer());
    }
    assertThat(adapter.labels()).hasSize(1000);
    graph.close();
  }

  /** Running statistics are no parameters elsewhere. */
  @ParameterizedTest
  @CsvSource({
    "vgg16, 138357544",
    "vgg19, 143667240",
    "alexnet, 60965224",
    "alexnet-torchvision, 61100840",
    "googlenet, 6998552",
    "resnet18, 11689512",
    "resnet34, 21797672",
    "resnet50, 25557032",
    "resnet101, 44549160",
    "resnet152, 60192808",
    "resnet50-keras, 25583592",
    "resnet50-keras-old, 25583592",
    "resnet50-caffe, 25557096",
    "squeezenet1_1, 1235496"
  })
  void parametersAreThePublishedOnes(String id, long published) {
    ComputationGraph graph = Zoo.find(id).architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    long count =
        graph.paramTable().entrySet().stream()
            .filter(p -> !p.getKey().endsWith("_mean") && !p.getKey().endsWith("_var"))
            .mapToLong(p -> p.getValue().length())
            .sum();
    assertThat(count).isEqualTo(published);
    graph.close();
  }

  /** Too small a difference for the networks' outputs to show. */
  @ParameterizedTest
  @CsvSource({
    "resnet50, 1e-5",
    "resnet50-caffe, 1e-5",
    "resnet50-keras, 1.001e-5",
    "resnet50-keras-old, 1e-3"
  })
  void epsilonIsThePublishers(String id, double epsilon) {
    ComputationGraph graph = Zoo.find(id).architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    assertThat(graph.getLayers())
        .extracting(layer -> layer.conf().getLayer())
        .filteredOn(BatchNormalization.class::isInstance)
        .hasSize(53)
        .allSatisfy(layer -> assertThat(((BatchNormalization) layer).getEps()).isEqualTo(epsilon));
    graph.close();
  }

  @Test
  void anOrdinaryGraphThatCanBeSavedAndTrained(@TempDir Path folder) throws IOException {
    ComputationGraph graph = Zoo.find("squeezenet1_1").graph(DataType.FLOAT);
    Path file = folder.resolve("squeezenet.zip");
    graph.save(file.toFile());
    ComputationGraph loaded = ComputationGraph.load(file.toFile(), true);
    INDArray x = Nd4j.rand(DataType.FLOAT, 1, 3, 224, 224);
    assertThat(loaded.outputSingle(x)).isEqualTo(graph.outputSingle(x));
    INDArray label = Nd4j.zeros(DataType.FLOAT, 1, 1000);
    label.putScalar(0, 3, 1);
    graph.fit(new INDArray[] {x}, new INDArray[] {label});
    assertThat(graph.params()).isNotEqualTo(loaded.params());
    assertThat(Files.size(file)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"alexnet", "googlenet", "squeezenet1_1", "resnet18", "resnet50-caffe"})
  void thePlansOutputIsStockDeeplearning4js(String id) {
    NetworkAdapter adapter = Zoo.find(id);
    int size = adapter.preprocessing().height();
    INDArray x = Nd4j.rand(DataType.FLOAT, 3, size, size).subi(0.5).muli(100);
    // The explainer's self-check compares the first image's outputs and throws if they differ.
    try (Explainer explainer =
        Explainer.of(adapter.graph(DataType.FLOAT), adapter.preprocessing())) {
      assertThat(
              explainer.predict(
                  List.of(NetworkInput.of("random", 3, size, size, x.data().asFloat()))))
          .hasSize(1);
    }
  }

  @Test
  void eachPublishersWeightsComeWithThePublishersPreprocessing() {
    Map<String, Preprocessing> published = new HashMap<>();
    Zoo.find("vgg19").published().forEach((names, p) -> published.put(names.publisher(), p));
    Preprocessing caffe = Preprocessing.caffe(224, 224, 103.939, 116.779, 123.68);
    Preprocessing torchvision = Preprocessing.torchvision(224, 224);
    assertThat(published)
        .isEqualTo(
            Map.of(
                "Caffe", caffe, "Keras", caffe, "torchvision", torchvision, "timm", torchvision));
  }

  @Test
  void anUnknownNetworkIsOneClearLine() {
    assertThatThrownBy(() -> Zoo.find("resnet81"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no network 'resnet81'")
        .hasMessageContaining("resnet18");
  }

  @Test
  void labelsAreInTheOrderOfTheSynsets() throws IOException {
    assertThat(ImageNetClasses.NAMES).hasSize(1000).doesNotHaveDuplicates();
    assertThat(ImageNetClasses.NAMES.get(243)).isEqualTo("bull mastiff");
    List<String> synsets = Files.readAllLines(TestData.require("ILSVRC/LOC_synset_mapping.txt"));
    for (int c = 0; c < 1000; c++) {
      // "n02108422 bull mastiff"; torchvision tells the two cranes and the two maillots apart.
      String names = synsets.get(c).substring(10).toLowerCase(Locale.ROOT);
      String label = ImageNetClasses.NAMES.get(c).toLowerCase(Locale.ROOT);
      assertThat(names).contains(label.replace(" bird", "").replace("maillot tank", "tank"));
    }
  }
}
