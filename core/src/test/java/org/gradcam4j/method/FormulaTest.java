package org.gradcam4j.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
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
