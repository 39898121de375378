package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.Explainer;
import org.gradcam4j.LayerInfo;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.TestData;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.weights.NamedArrays;
import org.gradcam4j.zoo.weights.WeightLoader;
import org.gradcam4j.zoo.weights.WeightNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ZooTest {
  @ParameterizedTest
  @ValueSource(strings = {"vgg16", "alexnet", "resnet18", "resnet50", "squeezenet1_1"})
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
  @ValueSource(strings = {"alexnet", "squeezenet1_1", "resnet18"})
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

  /** Arrays that hold their own number alone: 1 for the first, 2 for the second. */
  private record Numbered(List<String> order, Map<String, long[]> shapes) implements NamedArrays {
    @Override
    public Path file() {
      return Path.of("numbered");
    }

    @Override
    public Set<String> names() {
      return shapes.keySet();
    }

    @Override
    public long[] shape(String name) {
      return shapes.get(name).clone();
    }

    @Override
    public double[] read(String name, long from, int count) {
      double[] values = new double[count];
      Arrays.fill(values, 1 + order.indexOf(name));
      return values;
    }

    @Override
    public void close() {}
  }

  @Test
  void torchvisionsNamesOfVgg16FindTheirLayers() throws IOException {
    // torchvision.models.vgg16().state_dict(): positions in its lists of layers.
    int[] features = {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28};
    int[] channels = {3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512};
    List<String> order = new ArrayList<>();
    Map<String, long[]> shapes = new HashMap<>();
    for (int i = 0; i < features.length; i++) {
      String name = "features." + features[i];
      order.add(name + ".weight");
      order.add(name + ".bias");
      shapes.put(name + ".weight", new long[] {channels[i + 1], channels[i], 3, 3});
      shapes.put(name + ".bias", new long[] {channels[i + 1]});
    }
    long[][] dense = {{4096, 25088}, {4096, 4096}, {1000, 4096}};
    for (int i = 0; i < dense.length; i++) {
      String name = "classifier." + 3 * i;
      order.add(name + ".weight");
      order.add(name + ".bias");
      shapes.put(name + ".weight", dense[i]);
      shapes.put(name + ".bias", new long[] {dense[i][0]});
    }
    Numbered arrays = new Numbered(order, shapes);
    NetworkAdapter vgg = Zoo.find("vgg16");
    ComputationGraph graph = vgg.architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    List<WeightNames> matching =
        vgg.published().keySet().stream()
            .filter(names -> WeightLoader.matches(graph, names, arrays))
            .toList();
    assertThat(matching).extracting(WeightNames::publisher).containsExactly("torchvision");
    assertThat(vgg.published().get(matching.get(0))).isEqualTo(Preprocessing.torchvision(224, 224));
    WeightLoader.load(graph, matching.get(0), arrays);
    // The layers in the order of the network are torchvision's in the order of its positions.
    int number = 0;
    for (String layer :
        List.of(
            "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv4_1",
            "conv4_2", "conv4_3", "conv5_1", "conv5_2", "conv5_3", "fc6", "fc7", "fc8")) {
      for (String parameter : List.of("W", "b")) {
        number++;
        INDArray values = graph.getLayer(layer).getParam(parameter);
        assertThat(values.minNumber().intValue()).as(layer + parameter).isEqualTo(number);
        assertThat(values.maxNumber().intValue()).as(layer + parameter).isEqualTo(number);
      }
    }
    graph.close();
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
