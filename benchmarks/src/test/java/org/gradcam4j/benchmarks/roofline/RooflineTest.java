package org.gradcam4j.benchmarks.roofline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.gradcam4j.plan.NetworkPlan;
import org.junit.jupiter.api.Test;

class RooflineTest {
  /** 8x8x3, a 3x3 convolution to 6x6x4, a 2x2 pooling to 3x3x4, 36 features to 5 classes. */
  private static NetworkPlan network(Layer first) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(first)
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                .layer(new OutputLayer.Builder().nOut(5).build())
                .setInputType(InputType.convolutional(8, 8, 3))
                .build());
    network.init();
    return NetworkPlan.of(network);
  }

  private static NetworkPlan network() {
    return network(new ConvolutionLayer.Builder(3, 3).nOut(4).build());
  }

  @Test
  void countsByHand() {
    assertThat(Roofline.of(network(), 8, 8, 1))
        .containsExactly(
            // 36 cells, 4 x 3 x 9 weights and 4 biases.
            new Work(2 * 36 * 108, 4 * 112), new Work(2 * 180, 4 * 185));
    assertThat(Roofline.of(network(), 8, 8, 10))
        .containsExactly(new Work(10 * 2 * 36 * 108, 4 * 112), new Work(10 * 2 * 180, 4 * 185));
  }

  /** The convolution is held up by computing, the dense layer by memory. */
  @Test
  void theLongerOfBothTimesOfEachLayer() {
    Peak peak = new Peak(1e6, 1e6);
    double convolution = 7.776;
    double dense = 0.740;
    assertThat(Roofline.milliseconds(Roofline.of(network(), 8, 8, 1), peak))
        .isCloseTo(convolution + dense, within(1e-9));
  }

  @Test
  void peakOfMeasuredTimes() {
    Peak peak = Peak.of(500, 20);
    assertThat(peak.operationsPerSecond()).isCloseTo(2 * Math.pow(4096, 3) / 0.5, within(1.0));
    assertThat(peak.bytesPerSecond()).isCloseTo(2 * 256 * 1048576 / 0.02, within(1.0));
  }

  @Test
  void whatIsNotCountedIsNoZero() {
    NetworkPlan other =
        network(new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(1).build());
    assertThatThrownBy(() -> Roofline.of(other, 8, 8, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("operations are not counted");
  }
}
