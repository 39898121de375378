package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.image.Npy;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.zoo.weights.WeightLoader;
import org.gradcam4j.zoo.weights.WeightNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whole networks, each array by its published name from a formula, against the same architectures
 * in PyTorch: src/test/python/formula_networks.py.
 */
class FormulaNetworksTest {
  @ParameterizedTest
  @CsvSource({
    "vgg16, relu4_3",
    "vgg19, relu4_4",
    "alexnet, norm2",
    "alexnet-torchvision, features.2",
    "googlenet, pool2/3x3_s2",
    "squeezenet1_1, features.5",
    "resnet18, layer2",
    "resnet34, layer2",
    "resnet50, layer2",
    "resnet101, layer2",
    "resnet152, layer2",
    "resnet50-keras, layer2",
    "resnet50-keras-old, layer2",
    "resnet50-caffe, layer2"
  })
  void equalsPyTorch(String id, String shallow) throws IOException {
    NetworkAdapter adapter = Zoo.find(id);
    ComputationGraph graph = adapter.architecture().graph(DataType.DOUBLE, WeightInit.ZERO);
    WeightLoader.load(
        graph, adapter.published().keySet().iterator().next(), FormulaArrays.named(arrays(id, 0)));
    int size = adapter.preprocessing().height();
    List<NetworkInput> input =
        List.of(NetworkInput.of("formula", 3, size, size, FormulaArrays.namedInput(size)));
    try (Explainer explainer =
        Explainer.builder(graph, adapter.preprocessing()).selfCheck(false).build()) {
      double[] logits =
          explainer.predict(input).get(0).stream().mapToDouble(Prediction::logit).toArray();
      assertThat(GoldenTest.difference(logits, wanted(id, "logits"))).isLessThan(1e-6);
      List<Explanation> maps =
          explainer.explain(
              input,
              List.of(new GradCam(adapter.defaultLayer(), true), new GradCam(shallow, true)),
              List.of(Target.topPredicted()));
      List<String> places = List.of("deep", "shallow");
      for (int i = 0; i < 2; i++) {
        double[] map = GoldenTest.doubles(maps.get(i).map().values());
        assertThat(GoldenTest.difference(map, wanted(id, places.get(i))))
            .as(places.get(i))
            .isLessThan(1e-6);
      }
    }
    graph.close();
  }

  /** Every publisher's array goes where the first publisher's of the same line goes. */
  @ParameterizedTest
  @ValueSource(strings = {"vgg16", "vgg19", "resnet50-keras", "resnet50-caffe", "googlenet"})
  void publishersNamesMeetTheSameParameters(String id) throws IOException {
    NetworkAdapter adapter = Zoo.find(id);
    ComputationGraph graph = adapter.architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    List<WeightNames> published = List.copyOf(adapter.published().keySet());
    List<String> order = List.copyOf(WeightLoader.arrays(graph, published.get(0)).keySet());
    assertThat(order).containsExactlyInAnyOrderElementsOf(arrays(id, 0).keySet());
    List<String> listed = List.copyOf(arrays(id, 0).keySet());
    int[] rows = order.stream().mapToInt(listed::indexOf).toArray();
    for (int column = 1; column < published.size(); column++) {
      List<String> others = List.copyOf(arrays(id, column).keySet());
      assertThat(WeightLoader.arrays(graph, published.get(column)).keySet())
          .as(published.get(column).publisher())
          .containsExactlyElementsOf(IntStream.of(rows).mapToObj(others::get).toList());
    }
    graph.close();
  }

  /** timm's and torchvision's convolutions have the same names, their dense layers do not. */
  @ParameterizedTest
  @ValueSource(strings = {"vgg16", "vgg19", "resnet50-keras"})
  void aFileIsKnownAsItsPublishers(String id) throws IOException {
    NetworkAdapter adapter = Zoo.find(id);
    ComputationGraph graph = adapter.architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    List<WeightNames> published = List.copyOf(adapter.published().keySet());
    for (int publisher = 0; publisher < published.size(); publisher++) {
      FormulaArrays arrays = FormulaArrays.named(arrays(id, publisher));
      assertThat(adapter.names(graph, arrays)).isEqualTo(published.get(publisher));
    }
    graph.close();
  }

  @Test
  void denseWeightsMayLieAsThoseOfAConvolution() throws IOException {
    NetworkAdapter adapter = Zoo.find("vgg16");
    ComputationGraph graph = adapter.architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    int timm = 3;
    FormulaArrays arrays = FormulaArrays.named(arrays("vgg16", timm));
    assertThat(arrays.shape("pre_logits.fc1.weight")).containsExactly(4096, 512, 7, 7);
    WeightLoader.load(graph, List.copyOf(adapter.published().keySet()).get(timm), arrays);
    INDArray weights = graph.getLayer("fc6").getParam("W");
    for (int out : List.of(0, 5, 4095)) {
      assertThat(weights.getColumn(out).toDoubleVector())
          .containsExactly(arrays.read("pre_logits.fc1.weight", out * 25088L, 25088));
    }
    graph.close();
  }

  @Test
  void whatServedInTrainingAloneIsPassedOver() throws IOException {
    NetworkAdapter adapter = Zoo.find("googlenet");
    WeightNames names = adapter.published().keySet().iterator().next();
    ComputationGraph graph = adapter.architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    Map<String, long[]> shapes = arrays("googlenet", 0);
    shapes.put("loss1/conv.weight", new long[] {128, 512, 1, 1});
    shapes.put("loss2/classifier.bias", new long[] {1000});
    WeightLoader.load(graph, names, FormulaArrays.named(shapes));
    shapes.put("loss4/classifier.bias", new long[] {1000});
    assertThatThrownBy(() -> WeightLoader.load(graph, names, FormulaArrays.named(shapes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("1 arrays that the network does not have: loss4/classifier.bias");
    graph.close();
  }

  /** The network's arrays by a publisher's names, as the script lists them. */
  private static Map<String, long[]> arrays(String id, int publisher) throws IOException {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (String line : Files.readAllLines(fixture(id + ".arrays.txt"))) {
      String[] words = line.split(" ");
      String[] named = words[1 + publisher].split(":");
      shapes.put(
          named[0],
          Arrays.stream((named.length == 1 ? words[0] : named[1]).split("x"))
              .mapToLong(Long::parseLong)
              .toArray());
    }
    return shapes;
  }

  private static double[] wanted(String id, String what) throws IOException {
    return Npy.read(fixture(id + "." + what + ".npy")).values();
  }

  private static Path fixture(String name) {
    try {
      return Path.of(FormulaNetworksTest.class.getResource("formula/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
