package org.gradcam4j.evaluation.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.evaluation.shapes.ShapesTraining.Phase;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.network.ShapesNet;
import org.gradcam4j.zoo.weights.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class ShapesTrainingTest {
  private static final ShapesTraining.Options SHORT =
      new ShapesTraining.Options(3, 64, 96, 8, 2e-3, 40);

  @TempDir private Path folder;

  @Test
  void lossFallsAndTheSameOptionsGiveTheSameNetwork() throws Exception {
    List<Double> losses = new ArrayList<>();
    List<Double> left = new ArrayList<>();
    ShapesTraining.Result first =
        ShapesTraining.run(
            SHORT,
            (scenes, of, loss, seconds) -> {
              losses.add(loss);
              left.add(seconds);
            });
    ShapesTraining.Result second = ShapesTraining.run(SHORT, (scenes, of, loss, seconds) -> {});

    assertThat(losses).hasSize(8 + 12);
    assertThat(mean(losses.subList(16, 20))).isLessThan(0.8 * mean(losses.subList(8, 10)));
    assertThat(left.get(0)).isPositive();
    assertThat(left.get(19)).isZero();
    assertThat(second.network().graph().params()).isEqualTo(first.network().graph().params());
    assertThat(first.report().lines().get(0)).contains("40 held-out scenes");

    Path file = folder.resolve("shapes.safetensors");
    first.write(file);
    try (SafeTensors written = SafeTensors.open(file)) {
      assertThat(written.metadata())
          .containsEntry("seed", "3")
          .containsEntry("scenes", "96")
          .containsKeys("epochs", "date", "held_out_mean_average_precision");
    }
    assertThat(ShapesNet.shapes().load(file, DataType.FLOAT).graph().params())
        .isEqualTo(first.network().graph().params());
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }

  @Test
  void oneDnnTrainsAsStockDeeplearning4j() {
    NetworkAdapter adapter = ShapesNet.shapes();
    ComputationGraph stock = ShapesTraining.graph(adapter, SHORT, Phase.SCENES, false);
    ComputationGraph oneDnn = ShapesTraining.graph(adapter, SHORT, Phase.SCENES, true);
    assertThat(oneDnn.params()).isEqualTo(stock.params());
    DataSet batch = ShapesTraining.batch(3, 0, 4, Phase.SCENES, adapter);
    INDArray expected = gradient(stock, batch);
    INDArray found = gradient(oneDnn, batch);
    double scale = expected.norm2Number().doubleValue();
    assertThat(scale).isPositive();
    assertThat(found.sub(expected).norm2Number().doubleValue()).isLessThan(1e-3 * scale);
  }

  private static INDArray gradient(ComputationGraph graph, DataSet batch) {
    graph.setInput(0, batch.getFeatures());
    graph.setLabel(0, batch.getLabels());
    Nd4j.getRandom().setSeed(5);
    graph.computeGradientAndScore();
    return graph.gradient().gradient().dup();
  }

  @Test
  void normalisationFoldsIntoTheConvolutions() {
    NetworkAdapter adapter = ShapesNet.shapes();
    ComputationGraph trained = ShapesTraining.graph(adapter, SHORT, Phase.SCENES, true);
    for (int step = 0; step < 3; step++) {
      trained.fit(ShapesTraining.batch(3, 8 * step, 8, Phase.SCENES, adapter));
    }
    INDArray scenes = ShapesTraining.batch(4, 0, 8, Phase.SCENES, adapter).getFeatures();
    INDArray expected = trained.outputSingle(scenes);
    INDArray found = ShapesTraining.folded(adapter, trained).outputSingle(scenes);
    // The difference is the rounding of the weights to 16 bits.
    assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(5e-3);
    assertThat(expected.std(0).maxNumber().doubleValue()).isGreaterThan(1e-2);
  }

  @Test
  void badOptionsAreNamed() {
    assertThatThrownBy(() -> new ShapesTraining.Options(1, 8, 0, 8, 1e-3, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected all above 0");
  }
}
