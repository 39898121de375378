package org.gradcam4j.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.image.Npy;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.NetworkAdapter.LoadedNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Every published layout, written whole by PyTorch, h5py, protobuf or safetensors with a formula's
 * numbers, gives the logits that PyTorch computes from those numbers.
 */
class PublishedWeightsTest {
  private static final String SKELETON = ".skeleton.gz";
  private static final String TOO_MANY_34 =
      "holds 80 arrays that the network does not have: layer1.2.bn1.bias";
  private static final String SWAPPED =
      ": 'features.3.squeeze.weight' has shape [16, 128, 1, 1], the network needs [16, 64, 1, 1]";
  private static final String SHAPES =
      ": 'classifier.1.bias' has shape [10], the network needs [1000]";
  private static final String NAMES =
      "lacks 6 of the network's arrays (torchvision's names): features.6.squeeze.bias";

  @TempDir Path folder;

  static List<String> files() throws IOException {
    try (Stream<Path> found = Files.list(resource("published"))) {
      return found
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(SKELETON))
          .map(name -> name.substring(0, name.length() - SKELETON.length()))
          .sorted()
          .toList();
    }
  }

  @Test
  void noneIsMissing() throws IOException {
    assertThat(files())
        .containsAll(
            fixtures(
                List.of("vgg16", "vgg19"),
                List.of(
                    ".caffe", ".keras", ".zip", ".legacy", ".safetensors", ".timm.safetensors")))
        .containsAll(
            fixtures(
                List.of("alexnet-torchvision", "squeezenet1_1", "resnet18", "resnet50"),
                List.of(".zip", ".legacy", ".tar", ".safetensors")))
        .containsAll(
            fixtures(
                List.of("resnet34", "resnet101", "resnet152"),
                List.of(".zip", ".legacy", ".safetensors")))
        .containsAll(fixtures(List.of("alexnet", "googlenet"), List.of(".v1", ".v2")))
        .contains("resnet50-caffe", "resnet50-keras", "resnet50-keras.today", "resnet50-keras-old")
        .contains("resnet50.zip.today");
  }

  private static List<String> fixtures(List<String> networks, List<String> forms) {
    return networks.stream()
        .flatMap(network -> forms.stream().map(form -> network + form))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void givesPyTorchsLogits(String fixture) throws IOException {
    PublishedSkeleton skeleton = skeleton(fixture);
    Path file = folder.resolve(skeleton.file());
    assertThat(skeleton.write(file)).isEqualTo(skeleton.sha256());

    NetworkAdapter adapter = Zoo.find(skeleton.network());
    LoadedNetwork network = adapter.load(file, DataType.FLOAT);
    assertThat(network.preprocessing()).isEqualTo(preprocessing(adapter, skeleton.publisher()));
    try (Explainer explainer = network.explainer()) {
      double[] wanted = Npy.read(resource("formula/" + adapter.id() + ".logits.npy")).values();
      assertThat(GoldenTest.difference(logits(explainer, network), wanted)).isLessThan(1e-5);
    }
    network.graph().close();
  }

  private static double[] logits(Explainer explainer, LoadedNetwork network) {
    int size = network.preprocessing().height();
    NetworkInput input = NetworkInput.of("formula", 3, size, size, FormulaArrays.namedInput(size));
    return explainer.predict(List.of(input)).get(0).stream()
        .mapToDouble(Prediction::logit)
        .toArray();
  }

  /**
   * Neither another network's file nor a wrong one is taken; numbers are not looked at for that.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "resnet34.zip|resnet18|" + TOO_MANY_34,
        "resnet34.legacy|resnet18|" + TOO_MANY_34,
        "resnet34.safetensors|resnet18|" + TOO_MANY_34,
        "resnet18.zip|resnet34|lacks 80 of the network's arrays (torchvision's names): layer1.2.",
        "resnet18.tar|resnet34|lacks 80 of the network's arrays (torchvision's names): layer1.2.",
        "resnet50.zip|resnet50-keras|is not of resnet50-keras: it begins with 'conv1.weight'",
        "resnet50-keras-old|resnet50-keras|is not of resnet50-keras: it begins with 'conv1.weight'",
        "resnet50-keras|resnet50-keras-old|is not of resnet50-keras-old: it begins with 'conv1_conv",
        "googlenet.v1|alexnet|is not of alexnet: it begins with 'conv1/7x7_s2.weight'",
        "alexnet.v2|vgg16|is not of vgg16: it begins with 'conv1.weight'",
        "vgg19.keras|vgg16|holds 6 arrays that the network does not have: block3_conv4.bias",
        "vgg19.caffe|vgg16|holds 6 arrays that the network does not have: conv3_4.bias",
        "vgg19.legacy|vgg16|'features.19.weight' has shape [512, 256, 3, 3]",
        "vgg16.safetensors|vgg19|'features.19.weight' has shape [512, 512, 3, 3]",
        "refused/swapped.zip|squeezenet1_1|" + SWAPPED,
        "refused/swapped.legacy|squeezenet1_1|" + SWAPPED,
        "refused/swapped.safetensors|squeezenet1_1|" + SWAPPED,
        "refused/shapes.zip|squeezenet1_1|" + SHAPES,
        "refused/shapes.legacy|squeezenet1_1|" + SHAPES,
        "refused/shapes.safetensors|squeezenet1_1|" + SHAPES,
        "refused/names.zip|squeezenet1_1|" + NAMES,
        "refused/names.legacy|squeezenet1_1|" + NAMES,
        "refused/names.safetensors|squeezenet1_1|" + NAMES,
      })
  void refusesWhatIsNotTheNetworks(String fixture, String network, String why) throws IOException {
    PublishedSkeleton skeleton = skeleton(fixture);
    Path file = folder.resolve(skeleton.file());
    skeleton.writeZeros(file);
    NetworkAdapter adapter = Zoo.find(network);
    assertThatThrownBy(() -> adapter.load(file, DataType.FLOAT))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("weights file " + file)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }

  static PublishedSkeleton skeleton(String fixture) throws IOException {
    return PublishedSkeleton.read(resource("published/" + fixture + SKELETON));
  }

  private static Preprocessing preprocessing(NetworkAdapter adapter, String publisher) {
    return adapter.published().entrySet().stream()
        .filter(entry -> entry.getKey().publisher().equals(publisher))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  private static Path resource(String name) {
    try {
      return Path.of(PublishedWeightsTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
