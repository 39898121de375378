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
  @TempDir Path folder;

  static Stream<String> files() throws IOException {
    try (Stream<Path> found = Files.list(resource("published"))) {
      String only = System.getProperty("only", "");
      return found.map(path -> path.getFileName().toString()).filter(n -> n.endsWith(".gz") && n.matches(only + ".*")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void givesPyTorchsLogits(String skeletonName) throws IOException {
    PublishedSkeleton skeleton = PublishedSkeleton.read(resource("published/" + skeletonName));
    NetworkAdapter adapter = Zoo.find(skeleton.network());
    Path file = folder.resolve(skeleton.file());
    long t0 = System.nanoTime();
    String checksum = skeleton.write(file);
    assertThat(checksum).isEqualTo(skeleton.sha256());
    long t1 = System.nanoTime();

    LoadedNetwork network = adapter.load(file, DataType.FLOAT);
    long t2 = System.nanoTime();
    assertThat(network.preprocessing()).isEqualTo(preprocessing(adapter, skeleton.publisher()));
    int size = adapter.preprocessing().height();
    NetworkInput input =
        NetworkInput.of("formula", 3, size, size, FormulaArrays.namedInput(size));
    try (Explainer explainer = network.explainer()) {
      double[] logits =
          explainer.predict(List.of(input)).get(0).stream()
              .mapToDouble(Prediction::logit)
              .toArray();
      double[] wanted = Npy.read(resource("formula/" + adapter.id() + ".logits.npy")).values();
      double difference = GoldenTest.difference(logits, wanted);
      System.err.printf(
          "%s %.3g write %.2f load %.2f forward %.2f%n",
          skeletonName, difference, (t1 - t0) / 1e9, (t2 - t1) / 1e9,
          (System.nanoTime() - t2) / 1e9);
      assertThat(difference).isLessThan(1e-4);
    }
    network.graph().close();
    Files.delete(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet34.zip|resnet18|x",
        "resnet34.legacy|resnet18|x",
        "resnet34.safetensors|resnet18|x",
        "resnet18.zip|resnet34|x",
        "resnet50.zip|resnet50-keras|x",
        "resnet50-keras-old|resnet50-keras|x",
        "resnet50-keras|resnet50-keras-old|x",
        "googlenet.v1|alexnet|x",
        "alexnet.v2|vgg16|x",
        "vgg19.keras|vgg16|x",
        "vgg19.caffe|vgg16|x",
        "vgg19.legacy|vgg16|x",
        "vgg16.legacy|vgg19|x",
        "refused/swapped.zip|squeezenet1_1|x",
        "refused/swapped.legacy|squeezenet1_1|x",
        "refused/swapped.safetensors|squeezenet1_1|x",
        "refused/shapes.zip|squeezenet1_1|x",
        "refused/shapes.legacy|squeezenet1_1|x",
        "refused/shapes.safetensors|squeezenet1_1|x",
        "refused/names.zip|squeezenet1_1|x",
        "refused/names.legacy|squeezenet1_1|x",
        "refused/names.safetensors|squeezenet1_1|x",
      })
  void refusesAFileThatIsNotTheNetworks(String fixture, String network, String why)
      throws IOException {
    PublishedSkeleton skeleton =
        PublishedSkeleton.read(resource("published/" + fixture + ".skeleton.gz"));
    Path file = folder.resolve(skeleton.file());
    skeleton.writeZeros(file);
    try {
    assertThatThrownBy(() -> Zoo.find(network).load(file, DataType.FLOAT)).isInstanceOf(IOException.class).satisfies(e -> System.err.println(e.getMessage()));
    } catch (Throwable e) {
     System.err.println(e); throw e; } 
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
