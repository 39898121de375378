package org.gradcam4j.zoo.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.pass.LayerListener;
import org.gradcam4j.pass.LayerView;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GraphDraftTest {
  /** In Deeplearning4j's own pass and in the plan's, on values of both signs. */
  @ParameterizedTest
  @ValueSource(ints = {4, 14, 28, 56, 112})
  void halvingMaxPoolIsCaffesThatRoundsUp(int size) {
    ComputationGraph graph =
        new GraphDraft(DataType.DOUBLE, WeightInit.XAVIER)
            .convolution("conv", 3, 2, 1, 1, 0)
            .halvingMaxPool("pool")
            .globalAveragePool("mean")
            .softmaxOutput("output", 2, 2);
    Nd4j.getRandom().setSeed(size);
    INDArray x = Nd4j.randn(DataType.FLOAT, 1, 3, size, size).subi(1);
    Map<String, INDArray> stock = graph.feedForward(x.castTo(DataType.DOUBLE), false);
    INDArray wanted = caffes(stock.get("conv"));
    assertThat(wanted.minNumber().doubleValue()).isNegative();
    assertThat(stock.get("pool")).isEqualTo(wanted);
    List<INDArray> seen = new ArrayList<>();
    try (Explainer explainer = Explainer.of(graph, Preprocessing.torchvision(size, size))) {
      explainer.observe(
          List.of(NetworkInput.of("random", 3, size, size, x.data().asFloat())),
          List.of("pool"),
          new LayerListener() {
            @Override
            public void activation(LayerView activation) {
              seen.add(activation.copy());
            }
          });
    }
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).equalsWithEps(wanted, 1e-12)).isTrue();
  }

  /** pooling_layer.cpp: ceil((size - 3) / 2) + 1 windows, each cut at the image's end. */
  private static INDArray caffes(INDArray x) {
    int size = (int) x.size(2);
    int pooled = (int) Math.ceil((size - 3) / 2.0) + 1;
    INDArray y = Nd4j.create(DataType.DOUBLE, 1, x.size(1), pooled, pooled);
    for (int c = 0; c < x.size(1); c++) {
      for (int i = 0; i < pooled; i++) {
        for (int j = 0; j < pooled; j++) {
          double max = Double.NEGATIVE_INFINITY;
          for (int h = 2 * i; h < Math.min(2 * i + 3, size); h++) {
            for (int w = 2 * j; w < Math.min(2 * j + 3, size); w++) {
              max = Math.max(max, x.getDouble(0, c, h, w));
            }
          }
          y.putScalar(new int[] {0, c, i, j}, max);
        }
      }
    }
    return y;
  }
}
