package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.TestData;
import org.gradcam4j.zoo.NetworkAdapter.LoadedNetwork;
import org.gradcam4j.zoo.weights.WeightLoader;
import org.gradcam4j.zoo.weights.WeightNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks up to a layer. */
class GraphPartTest {
  private static final Optional<String> DEFAULT = Optional.empty();

  @ParameterizedTest
  @CsvSource({
    "shapes, pool4",
    "alexnet, pool5",
    "alexnet-torchvision, features.12",
    "googlenet, pool5/7x7_s1",
    "resnet18, avgpool",
    "squeezenet1_1, classifier.3"
  })
  void imagesAreDescribedByTheLastPooling(String id, String layer) {
    NetworkAdapter adapter = Zoo.find(id);
    ComputationGraph whole = adapter.graph(DataType.FLOAT);
    ComputationGraph part = GraphPart.features(whole, DEFAULT);
    assertThat(part.getConfiguration().getNetworkOutputs()).containsExactly(layer);
    int side = adapter.preprocessing().height();
    INDArray x = Nd4j.rand(DataType.FLOAT, 1, 3, side, side);
    assertThat(part.outputSingle(x)).isEqualTo(whole.feedForward(x, false).get(layer));
  }

  @Test
  void anotherLayerAndNone() {
    ComputationGraph whole = Zoo.find("resnet18").graph(DataType.FLOAT);
    ComputationGraph part = GraphPart.features(whole, Optional.of("layer2"));
    assertThat(part.getVertices()).extracting(v -> v.getVertexName()).doesNotContain("layer3");
    assertThatThrownBy(() -> GraphPart.features(whole, Optional.of("layer5")))
        .hasMessageContaining("no layer 'layer5'")
        .hasMessageContaining("layer4");
  }

  /** Dense layers after the part may be in the file. */
  @Test
  void arraysOfLaterLayersAreLeftAlone() throws Exception {
    NetworkAdapter adapter = Zoo.find("alexnet");
    WeightNames names = adapter.published().keySet().iterator().next();
    ComputationGraph whole = adapter.architecture().graph(DataType.FLOAT, WeightInit.ZERO);
    ComputationGraph part = GraphPart.features(whole, DEFAULT);
    WeightLoader.load(whole, names, FormulaArrays.alexNet(1));
    WeightLoader.loadPart(part, names, FormulaArrays.alexNet(1));
    INDArray x = Nd4j.rand(DataType.FLOAT, 1, 3, 227, 227);
    assertThat(part.outputSingle(x)).isEqualTo(whole.feedForward(x, false).get("pool5"));
  }

  @Test
  void aFileMayEndWithTheFeatures() throws Exception {
    Path file = TestData.require("weights/alexnet_caffe_conv_imagenet.safetensors");
    NetworkAdapter adapter = Zoo.find("alexnet");
    LoadedNetwork part = adapter.loadFeatures(DEFAULT, file, DataType.FLOAT);
    assertThat(part.graph().getParam("conv5_b_W").amaxNumber().doubleValue()).isPositive();
    assertThat(part.preprocessing()).isEqualTo(adapter.preprocessing());
    assertThatThrownBy(() -> adapter.loadFeatures(Optional.of("relu6"), file, DataType.FLOAT))
        .hasMessageContaining("lacks 2 of the network's arrays")
        .hasMessageContaining("fc6.weight");
    assertThatThrownBy(() -> adapter.load(file, DataType.FLOAT))
        .hasMessageContaining("lacks 6 of the network's arrays");
  }
}
