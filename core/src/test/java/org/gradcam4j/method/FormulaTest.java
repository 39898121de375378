package org.gradcam4j.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.kernel.Nd4jKernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.node.DenseNode;
import org.gradcam4j.plan.node.SmoothActivationNode;
import org.gradcam4j.plan.node.Visit;
import org.gradcam4j.plan.rule.DeconvolutionRule;
import org.gradcam4j.plan.rule.ExcitationRule;
import org.gradcam4j.plan.rule.GradientRule;
import org.gradcam4j.plan.rule.GuidedRule;
import org.gradcam4j.plan.rule.Rule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Formulas on numbers that are worked by hand. */
class FormulaTest {
  private final Nd4jKernels kernels = new Nd4jKernels(DataType.DOUBLE);

  @AfterEach
  void close() {
    kernels.close();
  }

  private Tensor tensor(long[] shape, double... values) {
    return kernels.tensor(values, shape);
  }

  @Test
  void gradCam() {
    // One image, 1 x 2 cells, 2 channels: A_0 = [1 2], A_1 = [3 5].
    Tensor activation = tensor(new long[] {1, 1, 2, 2}, 1, 3, 2, 5);
    // Gradients of two classes. First: dA_0 = [4 2], dA_1 = [-1 -3]: alpha = (3, -2).
    // Second: dA_0 = [0 1], dA_1 = [2 0]: alpha = (0.5, 1).
    Tensor gradient = tensor(new long[] {2, 1, 2, 2}, 4, -1, 2, -3, 0, 2, 1, 0);
    Tensor map = GradCam.map(kernels, activation, gradient, new int[] {0, 0});
    // 3*1 - 2*3 = -3, 3*2 - 2*5 = -4; 0.5*1 + 3 = 3.5, 0.5*2 + 5 = 6.
    assertThat(kernels.values(map)).containsExactly(new double[] {-3, -4, 3.5, 6}, within(1e-15));
  }

  @Test
  void gradCamPlusPlus() {
    // One image, 1 x 2 cells: A_0 = [1 2] of sum 3, A_1 = [3 5] of sum 8.
    Tensor activation = tensor(new long[] {1, 1, 2, 2}, 1, 3, 2, 5);
    // First class: g_0 = [1 0.5], g_1 = [-1 2]. Where g > 0, alpha = 1 / (2 + sum g):
    // w_0 = 1/5 + 0.5/3.5, w_1 = 2/18. Second: g_0 = [0 0], g_1 = [0 -7]: nothing.
    Tensor gradient = tensor(new long[] {2, 1, 2, 2}, 1, -1, 0.5, 2, 0, 0, 0, -7);
    double w0 = 1 / 5.0 + 0.5 / 3.5;
    double w1 = 2 / 18.0;
    assertThat(kernels.values(GradCamPlusPlus.map(kernels, activation, gradient, new int[2])))
        .containsExactly(new double[] {w0 + 3 * w1, 2 * w0 + 5 * w1, 0, 0}, within(1e-15));
  }

  @Test
  void gradCamPlusPlusWithADenominatorOfZero() {
    // The activations' sum is -1 and g = 2: 2 * 4 - 8 = 0, so alpha = 4 / 1 and w = 4 * 2.
    Tensor activation = tensor(new long[] {1, 1, 2, 1}, -4, 3);
    Tensor gradient = tensor(new long[] {1, 1, 2, 1}, 2, 0);
    assertThat(kernels.values(GradCamPlusPlus.map(kernels, activation, gradient, new int[1])))
        .containsExactly(new double[] {-32, 24}, within(1e-15));
  }

  @Test
  void xGradCam() {
    // A_0 = [1 2], A_1 = [3 5], A_2 = [1 -1] of sum 0, which gets no weight.
    Tensor activation = tensor(new long[] {1, 1, 2, 3}, 1, 3, 1, 2, 5, -1);
    // g_0 = [4 2]: w_0 = 8/3; g_1 = [-1 -3]: w_1 = -18/8.
    Tensor gradient = tensor(new long[] {1, 1, 2, 3}, 4, -1, 9, 2, -3, 7);
    assertThat(kernels.values(XGradCam.map(kernels, activation, gradient, new int[1])))
        .containsExactly(
            new double[] {8 / 3.0 - 3 * 18 / 8.0, 16 / 3.0 - 5 * 18 / 8.0}, within(1e-14));
  }

  @Test
  void hiResCamAndLayerCam() {
    // Two images of 1 x 2 cells and 2 channels; three classes, of images 1, 0 and 1.
    Tensor activation = tensor(new long[] {2, 1, 2, 2}, 1, 3, 2, 5, -1, 2, 0.5, 4);
    Tensor gradient = tensor(new long[] {3, 1, 2, 2}, 4, -1, 2, -3, 0, 2, 1, 0, 6, 1, -1, -1);
    int[] rows = {1, 0, 1};
    // -4 - 2, 1 - 12; 6, 2; -6 + 2, -0.5 - 4.
    assertThat(kernels.values(HiResCam.map(kernels, activation, gradient, rows)))
        .containsExactly(new double[] {-6, -11, 6, 2, -4, -4.5}, within(1e-15));
    // Positive gradients alone: -4, 1; 6, 2; -6 + 2, 0; and what is below 0 is cut off.
    assertThat(kernels.values(LayerCam.map(kernels, activation, gradient, rows)))
        .containsExactly(new double[] {0, 1, 6, 2, 0, 0}, within(1e-15));
  }

  @Test
  void eigenCam() {
    // A = 5 u v^T + 2 u' v'^T with orthonormal u = (0.6, 0.8, 0), u' = (0, 0, 1),
    // v = (0.8, -0.6), v' = (0.6, 0.8): the map is 5 u whatever the sign of A.
    double[] a = {5 * 0.6 * 0.8, -5 * 0.6 * 0.6, 5 * 0.8 * 0.8, -5 * 0.8 * 0.6, 1.2, 1.6};
    assertThat(EigenCam.map(a, 2)).containsExactly(new double[] {3, 4, 0}, within(1e-8));
    double[] negative = Arrays.stream(a).map(x -> -x).toArray();
    assertThat(EigenCam.map(negative, 2)).containsExactly(new double[] {3, 4, 0}, within(1e-8));
    assertThat(EigenCam.map(new double[4], 2)).containsExactly(0, 0);
    // Rows at right angles: the longest is not on the component.
    assertThat(EigenCam.map(new double[] {3, 0, 0, 2.5, 0, 2.5}, 2))
        .containsExactly(new double[] {0, 2.5, 2.5}, within(1e-7));
  }

  @Test
  void scoreCamsMasksAndWeights() {
    // Upsampled 2 -> 4 by half pixels: 1, 1.5, 2.5, 3; then from 0 to 1.
    assertThat(ScoreCam.mask(new float[] {1, 3}, 1, 2, 1, 4)).containsExactly(0, 0.25f, 0.75f, 1);
    // Downsampled 4 -> 2 the cell that differs is seen in half.
    assertThat(ScoreCam.mask(new float[] {5, 7, 5, 5}, 1, 4, 1, 2)).containsExactly(1, 0);
    assertThat(ScoreCam.softmax(new double[] {Math.log(1), Math.log(3), Math.log(4)}))
        .containsExactly(new double[] {1 / 8.0, 3 / 8.0, 4 / 8.0}, within(1e-15));
    assertThat(ScoreCam.softmax(new double[] {5000, 5000})).containsExactly(0.5, 0.5);
  }

  @Test
  void risesMasks() {
    // Two cells of 2 x 2 pixels in each direction, brought to 6 x 6, cut to 3 x 4.
    Rise rise = new Rise(1, 2, 0.5, 3);
    Random random = new Random(3);
    double[][] cells = new double[2][2];
    for (double[] row : cells) {
      for (int j = 0; j < 2; j++) {
        row[j] = random.nextDouble() < 0.5 ? 1 : 0;
      }
    }
    int top = random.nextInt(2);
    int left = random.nextInt(2);
    // 2 -> 6 by half pixels: how much of the second cell.
    double[] second = {0, 0, 1 / 3.0, 2 / 3.0, 1, 1};
    float[] mask = rise.mask(new Random(3), 3, 4);
    assertThat(mask).hasSize(12);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        double down = second[top + i];
        double across = second[left + j];
        double above = cells[0][0] * (1 - across) + cells[0][1] * across;
        double below = cells[1][0] * (1 - across) + cells[1][1] * across;
        assertThat((double) mask[i * 4 + j])
            .isCloseTo(above * (1 - down) + below * down, within(1e-6));
      }
    }
    assertThat(mask).contains(0f).contains(1f);
    // With a chance of 1 everything is visible.
    assertThat(new Rise(1, 7, 1, 0).mask(new Random(0), 3, 4)).containsOnly(1);
  }

  @Test
  void fusionOfLayers() {
    List<Method> layers = List.of(new LayerCam("shallow"), new LayerCam("deep"));
    // Upsampled 2 -> 4: 0, 1, 3, 4, of maximum 4.
    SaliencyMap deep = new SaliencyMap(1, 1, 2, new float[] {0, 4});
    SaliencyMap shallow = new SaliencyMap(1, 1, 4, new float[] {5, 10, 0, 0});
    List<SaliencyMap> maps = List.of(shallow, deep);
    assertThat(new LayerFusion(layers).fuse(maps).values()).containsExactly(0.5f, 1, 0.75f, 1);
    assertThat(new LayerFusion(layers).fuse(maps).shape()).containsExactly(1, 4);
    assertThat(
            new LayerFusion(layers, LayerFusion.Scaling.MAXIMUM, LayerFusion.Combination.MEAN)
                .fuse(maps)
                .values())
        .containsExactly(0.25f, 0.625f, 0.375f, 0.5f);
    // tanh of the shallow layer alone; tanh(1) = 0.76159, tanh(2) = 0.96403.
    assertThat(
            new LayerFusion(
                    layers, LayerFusion.Scaling.HYPERBOLIC_TANGENT, LayerFusion.Combination.MAXIMUM)
                .fuse(maps)
                .values())
        .containsExactly(new float[] {0.76159f, 0.96403f, 0.75f, 1}, within(1e-5f));
    SaliencyMap zero = new SaliencyMap(1, 1, 2, new float[2]);
    assertThat(new LayerFusion(layers).fuse(List.of(zero, deep)).values()).containsExactly(0, 1);
    assertThatThrownBy(() -> new LayerFusion(List.of(new LayerCam())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2 layers, got 1");
    assertThatThrownBy(() -> new LayerFusion(List.of(new LayerCam(), new Gradient())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gradient makes a map of the input's channels");
  }

  @Test
  void rectifierRules() {
    Tensor x = tensor(new long[] {1, 4}, 2, 2, 0, 0);
    Tensor g = tensor(new long[] {1, 4}, 3, -3, 3, -3);
    Visit visit = new Visit(kernels, List.of(x), x, g, new int[] {0});
    assertThat(rectified(new GradientRule(), visit))
        .containsExactly(new double[] {3, -3, 0, 0}, within(0.0));
    assertThat(rectified(new GuidedRule(), visit)).containsExactly(3, 0, 0, 0);
    assertThat(rectified(new DeconvolutionRule(), visit)).containsExactly(3, 0, 3, 0);
    assertThat(rectified(new ExcitationRule(null), visit)).containsExactly(3, -3, 3, -3);
    // Other activation functions pass a probability on, and a gradient by their derivative.
    SmoothActivationNode tanh = new SmoothActivationNode(SmoothActivationNode.Function.TANH);
    assertThat(kernels.values(tanh.backward(visit, new ExcitationRule(null)).get(0)))
        .containsExactly(3, -3, 3, -3);
    assertThat(kernels.values(tanh.backward(visit, new GradientRule()).get(0)))
        .containsExactly(3 * (1 - 4), -3 * (1 - 4), 3, -3);
  }

  private double[] rectified(Rule rule, Visit visit) {
    return kernels.values(rule.rectifier(visit));
  }

  @Test
  void excitation() {
    // x = (1, 2, 3); y_0 = x w_0, y_1 = x w_1 with w_0 = (2, -1, 1), w_1 = (-1, 1, -2).
    DenseNode dense =
        new DenseNode(tensor(new long[] {3, 2}, 2, -1, -1, 1, 1, -2), tensor(new long[] {2}, 9, 9));
    Tensor x = tensor(new long[] {1, 3}, 1, 2, 3);
    // The winner is y_0: excitations 1*2, 2*0, 3*1 of 5.
    assertThat(passed(dense, new ExcitationRule(null), x, 1, 0))
        .containsExactly(new double[] {2 / 5.0, 0, 3 / 5.0}, within(1e-15));
    // Its dual has the weights (0, 1, 0): all of it comes from x_1.
    assertThat(passed(dense, new ExcitationRule(dense), x, 1, 0))
        .containsExactly(new double[] {2 / 5.0, -1, 3 / 5.0}, within(1e-15));
    // Half each: y_1 gives all to x_1.
    assertThat(passed(dense, new ExcitationRule(null), x, 0.5, 0.5))
        .containsExactly(new double[] {1 / 5.0, 0.5, 3 / 10.0}, within(1e-15));
    // A neuron without excited inputs passes nothing on.
    Tensor silent = tensor(new long[] {1, 3}, 1, 0, 3);
    assertThat(passed(dense, new ExcitationRule(null), silent, 0, 1)).containsExactly(0, 0, 0);
  }

  private double[] passed(DenseNode dense, ExcitationRule rule, Tensor x, double... probability) {
    Tensor p = tensor(new long[] {1, 2}, probability);
    Visit visit = new Visit(kernels, List.of(x), null, p, new int[] {0});
    return kernels.values(rule.linear(dense, visit).get(0));
  }

  @Test
  void productWithAnUpsampledMap() {
    SaliencyMap image = new SaliencyMap(2, 2, 2, new float[] {1, 2, 3, 4, -1, -2, -3, -4});
    SaliencyMap map = new SaliencyMap(1, 1, 1, new float[] {0.5f});
    assertThat(ImageProduct.product(image, map, Upsampling.HALF_PIXEL_BILINEAR).values())
        .containsExactly(0.5f, 1, 1.5f, 2, -0.5f, -1, -1.5f, -2);
  }
}
