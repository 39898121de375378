package org.gradcam4j.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.SmallNetworks;
import org.gradcam4j.Target;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.kernel.Nd4jTensor;
import org.gradcam4j.pass.LayerListener;
import org.gradcam4j.pass.LayerView;
import org.gradcam4j.plan.rule.GradientRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What must hold of the methods on any network, whatever its weights. */
class InvariantsTest {
  private static final DataType TYPE = DataType.DOUBLE;
  private static final Preprocessing SIZE =
      Preprocessing.torchvision(SmallNetworks.HEIGHT, SmallNetworks.WIDTH);

  private final ComputationGraph gap = SmallNetworks.gap(TYPE);

  private static NetworkInput image(long seed) {
    return image(seed, 1);
  }

  private static NetworkInput image(long seed, double factor) {
    float[] values =
        SmallNetworks.input(TYPE, 1, seed).mul(factor).castTo(DataType.FLOAT).data().asFloat();
    return NetworkInput.of(
        "random " + seed,
        SmallNetworks.CHANNELS,
        SmallNetworks.HEIGHT,
        SmallNetworks.WIDTH,
        values);
  }

  private static List<Explanation> explain(
      ComputationGraph graph, List<NetworkInput> images, Method method, int... classes) {
    try (Explainer explainer = Explainer.of(graph, SIZE)) {
      return explainer.explain(
          images, List.of(method), IntStream.of(classes).mapToObj(Target::classIndex).toList());
    }
  }

  private static SaliencyMap map(ComputationGraph graph, Method method, int target) {
    return explain(graph, List.of(image(1)), method, target).get(0).map();
  }

  private static void assertClose(float[] actual, double[] expected) {
    double largest = 0;
    for (double e : expected) {
      largest = Math.max(largest, Math.abs(e));
    }
    assertThat(largest).isPositive();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-6 * largest));
    }
  }

  private static float largest(SaliencyMap map) {
    float largest = 0;
    for (float value : map.values()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double[] scaled(SaliencyMap map, double factor) {
    double[] values = new double[map.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = map.values()[i] * factor;
    }
    return values;
  }

  private static GradCam signed(String layer) {
    return new GradCam(layer, true);
  }

  @Test
  void onGapAndOneDenseLayerGradCamIsCam() {
    int cells = 9 * 11;
    for (int c = 0; c < SmallNetworks.CLASSES; c++) {
      SaliencyMap cam = map(gap, new Cam(), c);
      Explanation gradCam = explain(gap, List.of(image(1)), signed("relu2"), c).get(0);
      assertClose(gradCam.map().values(), scaled(cam, 1.0 / cells));
      double bias = gap.getLayer("out").getParam("b").getDouble(c);
      assertThat(gradCam.map().sum()).isCloseTo(gradCam.target().logit() - bias, within(1e-6));
    }
  }

  @Test
  void onGapAndOneDenseLayerTheSuccessorsAreCamUpToKnownFactors() {
    int cells = 9 * 11;
    List<double[]> activation = relu2();
    for (int c = 0; c < SmallNetworks.CLASSES; c++) {
      SaliencyMap cam = map(gap, new Cam(), c);
      double[] expected = scaled(cam, 1.0 / cells);
      // The gradient is w_k / Z in every cell, so any mean of it is the same.
      assertClose(map(gap, new XGradCam("relu2", true), c).values(), expected);
      assertClose(map(gap, new HiResCam("relu2", true), c).values(), expected);
      // Grad-CAM++: all Z cells have the weight ReLU(g) / (2 + sum(A) g).
      double[] plusPlus = new double[cells];
      double[] layerCam = new double[cells];
      for (int k = 0; k < activation.size(); k++) {
        double g = gap.getLayer("out").getParam("W").getDouble(k, c) / cells;
        double sum = Arrays.stream(activation.get(k)).sum();
        for (int i = 0; g > 0 && i < cells; i++) {
          plusPlus[i] += cells * g / (2 + sum * g) * activation.get(k)[i];
          layerCam[i] += g * activation.get(k)[i];
        }
      }
      assertClose(map(gap, new GradCamPlusPlus("relu2", true), c).values(), plusPlus);
      assertClose(map(gap, new GradCamPlusPlus("relu2"), c).values(), plusPlus);
      assertClose(map(gap, new LayerCam("relu2"), c).values(), layerCam);
    }
  }

  private List<double[]> relu2() {
    return activation(gap, "relu2");
  }

  /** Channel by channel. */
  private static List<double[]> activation(ComputationGraph graph, String layer) {
    List<double[]> channels = new ArrayList<>();
    try (Explainer explainer = Explainer.of(graph, SIZE)) {
      explainer.observe(
          List.of(image(1)),
          List.of(layer),
          new LayerListener() {
            @Override
            public void activation(LayerView activation) {
              INDArray a = activation.copy().slice(0);
              for (int k = 0; k < a.size(0); k++) {
                channels.add(a.slice(k).dup('c').data().asDouble());
              }
            }
          });
    }
    return channels;
  }

  @Test
  void atAnEarlierLayerTheSuccessorsDiffer() {
    List<Method> methods =
        List.of(
            signed("relu1"),
            new XGradCam("relu1", true),
            new HiResCam("relu1", true),
            new GradCamPlusPlus("relu1", true),
            new LayerCam("relu1"),
            new EigenCam("relu1"));
    List<SaliencyMap> maps = methods.stream().map(m -> map(gap, m, 1)).toList();
    for (int a = 0; a < maps.size(); a++) {
      for (int b = 0; b < a; b++) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < maps.get(a).values().length; i++) {
          dot += maps.get(a).values()[i] * maps.get(b).values()[i];
          aa += Math.pow(maps.get(a).values()[i], 2);
          bb += Math.pow(maps.get(b).values()[i], 2);
        }
        assertThat(dot / Math.sqrt(aa * bb))
            .as(methods.get(a) + " beside " + methods.get(b))
            .isLessThan(0.999);
      }
    }
  }

  @Test
  void eigenCamKnowsNoClass() {
    List<Explanation> both = explain(gap, List.of(image(1)), new EigenCam("relu2"), 0, 3);
    assertThat(both.get(0).map()).isEqualTo(both.get(1).map());
    for (float value : both.get(0).map().values()) {
      assertThat(value).isNotNegative();
    }
    assertThat(both.get(0).map().max()).isPositive();
    assertThatThrownBy(() -> map(gap, new EigenCam("gap"), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'gap' has no space");
  }

  @Test
  void onClassMapsCamIsTheClassesMap() {
    ComputationGraph graph = SmallNetworks.classMaps(TYPE);
    SaliencyMap cam = map(graph, new Cam(), 2);
    try (Explainer explainer = Explainer.of(graph, SIZE)) {
      explainer.observe(
          List.of(image(1)),
          List.of("relu2"),
          new LayerListener() {
            @Override
            public void activation(LayerView activation) {
              INDArray maps = activation.copy();
              assertClose(cam.values(), maps.slice(0).slice(2).dup('c').data().asDouble());
            }
          });
    }
  }

  @Test
  void aFlattenedHeadDiffersFromCam() {
    ComputationGraph chain = SmallNetworks.chain(TYPE, CNN2DFormat.NCHW);
    assertThatThrownBy(() -> map(chain, new Cam(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("global average pooling")
        .hasMessageContaining("grad-cam");
  }

  @Test
  void alphaTimesCellsIsTheDerivativeOfRaisingAChannel() {
    int target = 1;
    String layer = "conv2";
    double[] alpha = new double[6];
    try (Explainer explainer = Explainer.of(gap, SIZE)) {
      explainer.backpropagate(
          List.of(image(1)),
          "out:pre",
          Nd4j.create(new double[][] {{0, 1, 0, 0}}),
          new int[] {0},
          new GradientRule(),
          List.of(layer),
          new LayerListener() {
            @Override
            public void gradient(LayerView activation, LayerView gradient) {
              for (int k = 0; k < alpha.length; k++) {
                alpha[k] = gradient.array().slice(0).slice(k).sumNumber().doubleValue();
              }
            }
          });
      // The bias of channel k raises every cell of A_k.
      INDArray bias = gap.getLayer(layer).getParam("b");
      double e = 1e-6;
      for (int k = 0; k < alpha.length; k++) {
        double b = bias.getDouble(k);
        bias.putScalar(k, b + e);
        double above = explainer.predict(List.of(image(1))).get(0).get(target).logit();
        bias.putScalar(k, b - e);
        double below = explainer.predict(List.of(image(1))).get(0).get(target).logit();
        bias.putScalar(k, b);
        assertThat(alpha[k]).isCloseTo((above - below) / (2 * e), within(1e-7));
      }
    }
  }

  @Test
  void additiveInTheTarget() {
    List<double[]> maps = new ArrayList<>();
    try (Explainer explainer = Explainer.of(gap, SIZE)) {
      explainer.backpropagate(
          List.of(image(1)),
          "out:pre",
          Nd4j.create(new double[][] {{1, 0, 0, 0}, {0, 0, 1, 0}, {1, 0, 1, 0}}),
          new int[] {0, 0, 0},
          new GradientRule(),
          List.of("relu1"),
          new LayerListener() {
            @Override
            public void gradient(LayerView activation, LayerView gradient) {
              INDArray a = activation.array().slice(0);
              for (int r = 0; r < 3; r++) {
                INDArray sum = Nd4j.zeros(TYPE, a.size(1), a.size(2));
                for (int k = 0; k < a.size(0); k++) {
                  INDArray g = gradient.array().slice(r).slice(k);
                  sum.addi(a.slice(k).mul(g.meanNumber()));
                }
                maps.add(sum.data().asDouble());
              }
            }
          });
    }
    double[] both = maps.get(2);
    for (int i = 0; i < both.length; i++) {
      assertThat(both[i]).isCloseTo(maps.get(0)[i] + maps.get(1)[i], within(1e-12));
    }
    // And these, worked by plain loops, are the method's.
    assertClose(map(gap, signed("relu1"), 0).values(), maps.get(0));
  }

  @Test
  void theCounterfactualIsWhatReluCutOff() {
    SaliencyMap signed = map(gap, signed("relu1"), 3);
    SaliencyMap positive = map(gap, new GradCam("relu1"), 3);
    SaliencyMap negative = map(gap, new Counterfactual("relu1"), 3);
    assertThat(signed.values()).satisfiesAnyOf(v -> assertThat(signed.max()).isPositive());
    for (int i = 0; i < signed.values().length; i++) {
      assertThat(positive.values()[i]).isEqualTo(Math.max(signed.values()[i], 0));
      assertThat(negative.values()[i]).isEqualTo(Math.max(-signed.values()[i], 0));
    }
  }

  @Test
  void aConstantOnTheLogitsChangesNothingAndAScaledClassRowScalesTheMap() {
    SaliencyMap before = map(gap, signed("relu1"), 2);
    gap.getLayer("out").getParam("b").addi(3);
    assertThat(map(gap, signed("relu1"), 2)).isEqualTo(before);
    gap.getLayer("out").getParam("W").getColumn(2).muli(2.5);
    assertClose(map(gap, signed("relu1"), 2).values(), scaled(before, 2.5));
  }

  @Test
  void withoutBiasesAScaledImageScalesTheMap() {
    for (String layer : List.of("conv1", "conv2", "out")) {
      gap.getLayer(layer).getParam("b").assign(0);
    }
    SaliencyMap once = map(gap, signed("relu1"), 2);
    SaliencyMap twice = explain(gap, List.of(image(1, 2)), signed("relu1"), 2).get(0).map();
    assertClose(twice.values(), scaled(once, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gap", "residual", "branches", "class maps", "chain in NHWC"})
  void aBatchWithSeveralTargetsEqualsSingleRuns(String name) {
    ComputationGraph graph = SmallNetworks.graphs(TYPE).get(name);
    List<NetworkInput> images = List.of(image(1), image(2), image(3));
    String layer = name.equals("residual") ? "a" : name.startsWith("chain") ? "conv1" : "relu1";
    for (Method method :
        List.of(
            new GradCam(layer),
            new GradCamPlusPlus(layer, true),
            new XGradCam(layer, true),
            new HiResCam(layer, true),
            new LayerCam(layer),
            new EigenCam(layer),
            new GuidedGradCam(layer),
            new DeconvolutionGradCam(layer),
            new Gradient(),
            new GradientTimesInput(),
            new IntegratedGradients(10, List.of(0.1, -0.2)),
            new SmoothGrad(new Gradient(), 10, 0.2, 1),
            new ContrastiveExcitation(layer, true, !name.equals("class maps")),
            new ScoreCam(layer),
            new LayerFusion(List.of(new LayerCam(layer), signed(null))),
            new AblationCam(layer, true),
            new Rise(10, 3, 0.5, 4),
            new Occlusion(5, 3))) {
      List<Explanation> together = explain(graph, images, method, 3, 1);
      assertThat(together).hasSize(6);
      float largest = 0;
      for (int i = 0; i < together.size(); i++) {
        int target = together.get(i).target().index();
        assertThat(target).isEqualTo(i % 2 == 0 ? 3 : 1);
        SaliencyMap alone = explain(graph, List.of(images.get(i / 2)), method, target).get(0).map();
        float size = largest(alone);
        assertThat(together.get(i).map().values())
            .containsExactly(alone.values(), within(1e-6f * size));
        largest = Math.max(largest, size);
      }
      assertThat(largest).as(method.name()).isPositive();
    }
  }

  @Test
  void theOrderOfChannelsDoesNotMatter() {
    SaliencyMap before = map(gap, signed("relu2"), 1);
    int[] order = {3, 0, 5, 1, 4, 2};
    reorder(gap.getLayer("conv2").getParam("W"), order);
    reorder(gap.getLayer("conv2").getParam("b"), order);
    reorder(gap.getLayer("out").getParam("W"), order);
    assertClose(map(gap, signed("relu2"), 1).values(), scaled(before, 1));
  }

  /** Puts row {@code order[k]} in the place of row k. */
  private static void reorder(INDArray parameter, int[] order) {
    double[] old = parameter.dup('c').data().asDouble();
    double[] values = new double[old.length];
    int size = old.length / order.length;
    for (int k = 0; k < order.length; k++) {
      System.arraycopy(old, order[k] * size, values, k * size, size);
    }
    parameter.assign(Nd4j.create(values, parameter.shape(), 'c'));
  }

  @Test
  void withoutRectifiersTheRulesAgree() {
    ComputationGraph graph = SmallNetworks.linear(TYPE);
    SaliencyMap gradient = map(graph, new Gradient(), 1);
    assertThat(map(graph, new GuidedBackpropagation(), 1)).isEqualTo(gradient);
    assertThat(map(graph, new Deconvolution(), 1)).isEqualTo(gradient);
  }

  @Test
  void onGapAndOneDenseLayerAblationDropsWeightTimesMean() {
    List<double[]> activation = relu2();
    for (int c = 0; c < SmallNetworks.CLASSES; c++) {
      Explanation e = explain(gap, List.of(image(1)), new AblationCam("relu2", true), c).get(0);
      double[] expected = new double[9 * 11];
      for (double[] a : activation) {
        double w = gap.getLayer("out").getParam("W").getDouble(activation.indexOf(a), c);
        double drop = w * Arrays.stream(a).average().orElseThrow();
        for (int i = 0; i < a.length; i++) {
          expected[i] += drop / e.target().logit() * a[i];
        }
      }
      assertClose(e.map().values(), expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gap, conv1",
    "gap, conv2",
    "class maps, conv2",
    "chain, conv1",
    "chain in NHWC, conv2",
    // A shortcut and its block, groups: other branches join behind the layer.
    "residual, conv1",
    "residual, a.conv1",
    "residual, a.conv2",
    "residual, a.down",
    "branches, conv1",
    "branches, conv2_a",
    "branches, conv2_b"
  })
  void anAblatedChannelIsOneWithoutParameters(String name, String layer) {
    ComputationGraph graph = SmallNetworks.graphs(TYPE).get(name);
    float[] x = pixels(1);
    double y = logit(graph, x, 1);
    SaliencyMap map = map(graph, new AblationCam(layer, true), 1);
    List<double[]> activation = activation(graph, layer);
    double[] expected = new double[map.values().length];
    for (int k = 0; k < activation.size(); k++) {
      INDArray before = graph.params().dup();
      for (INDArray parameter : graph.getLayer(layer).paramTable().values()) {
        if (parameter.rank() == 4) {
          Nd4jTensor.rows(parameter, k, 1).assign(0);
        } else {
          parameter.putScalar(k, 0);
        }
      }
      double weight = (y - logit(graph, x, 1)) / y;
      graph.params().assign(before);
      for (int i = 0; i < expected.length; i++) {
        expected[i] += weight * activation.get(k)[i];
      }
    }
    assertClose(map.values(), expected);
  }

  @Test
  void scoreCamIsTheSoftmaxMixOfChannelsByTheirMaskedScores() {
    // A channel that is zero everywhere has no mask; it shares in the softmax by exp(0).
    gap.getLayer("conv2").getParam("b").putScalar(4, -1000);
    float[] x = pixels(1);
    List<double[]> activation = relu2();
    double blank = logit(gap, new float[x.length], 3);
    double[] powers = new double[activation.size()];
    double sum = 0;
    for (int k = 0; k < powers.length; k++) {
      float[] plane = new float[9 * 11];
      for (int i = 0; i < plane.length; i++) {
        plane[i] = (float) activation.get(k)[i];
      }
      float[] up = Upsampling.HALF_PIXEL_BILINEAR.apply(plane, 9, 11, 11, 13);
      float[] sorted = up.clone();
      Arrays.sort(sorted);
      double min = sorted[0];
      double max = sorted[sorted.length - 1];
      float[] masked = new float[x.length];
      for (int i = 0; i < x.length && k != 4; i++) {
        masked[i] = (float) (x[i] * (up[i % up.length] - min) / (max - min));
      }
      powers[k] = Math.exp(logit(gap, masked, 3) - blank);
      sum += powers[k];
    }
    assertThat(powers[4]).isEqualTo(1);
    double[] expected = new double[9 * 11];
    for (int k = 0; k < powers.length; k++) {
      for (int i = 0; i < expected.length; i++) {
        expected[i] += powers[k] / sum * activation.get(k)[i];
      }
    }
    assertClose(map(gap, new ScoreCam("relu2"), 3).values(), expected);
  }

  @Test
  void riseIsTheMeanOfMasksTimesScores() {
    // More masks than a pass holds, and not a multiple.
    int masks = 19;
    Rise rise = new Rise(masks, 3, 0.4, 9);
    float[] x = pixels(1);
    Random random = new Random(9);
    double[] expected = new double[11 * 13];
    for (int n = 0; n < masks; n++) {
      float[] mask = rise.mask(random, 11, 13);
      float[] masked = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        masked[i] = x[i] * mask[i % mask.length];
      }
      double score = logit(gap, masked, 2);
      for (int i = 0; i < mask.length; i++) {
        expected[i] += score * mask[i] / (masks * 0.4);
      }
    }
    assertClose(map(gap, rise, 2).values(), expected);
  }

  private static float[] pixels(long seed) {
    return SmallNetworks.input(TYPE, 1, seed).castTo(DataType.FLOAT).data().asFloat();
  }

  @Test
  void onALinearModelGradientTimesInputAndIntegratedGradientsAreWeightTimesPixel() {
    ComputationGraph graph = SmallNetworks.linear(TYPE);
    SaliencyMap w = map(graph, new Gradient(), 1);
    float[] x = pixels(1);
    double[] product = new double[x.length];
    double[] fromBaseline = new double[x.length];
    List<Double> baseline = List.of(-0.7, 1.1);
    for (int i = 0; i < x.length; i++) {
      product[i] = (double) w.values()[i] * x[i];
      fromBaseline[i] = w.values()[i] * (x[i] - baseline.get(i / (11 * 13)));
    }
    assertClose(map(graph, new GradientTimesInput(), 1).values(), product);
    assertClose(map(graph, new IntegratedGradients(), 1).values(), product);
    assertClose(map(graph, new IntegratedGradients(1, baseline), 1).values(), fromBaseline);
    // Noise does not change a constant gradient.
    assertClose(map(graph, new SmoothGrad(), 1).values(), scaled(w, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gap", "residual", "branches", "class maps", "chain in NHWC"})
  void integratedGradientsAreComplete(String name) {
    ComputationGraph graph = SmallNetworks.graphs(TYPE).get(name);
    List<Double> baseline = List.of(0.2, -0.4);
    Explanation e =
        explain(graph, List.of(image(1)), new IntegratedGradients(2000, baseline), 2).get(0);
    float[] blank = new float[2 * 11 * 13];
    Arrays.fill(blank, 0, 11 * 13, 0.2f);
    Arrays.fill(blank, 11 * 13, blank.length, -0.4f);
    double difference = e.target().logit() - logit(graph, blank, 2);
    assertThat(e.map().scoreDifference().orElseThrow()).isCloseTo(difference, within(1e-6));
    assertThat(e.map().sum()).isCloseTo(difference, within(2e-3 * Math.abs(difference)));
    assertThat(explain(graph, List.of(image(1)), new Gradient(), 2).get(0).map().scoreDifference())
        .isEmpty();
  }

  private static double logit(ComputationGraph graph, float[] values, int target) {
    try (Explainer explainer = Explainer.of(graph, SIZE)) {
      NetworkInput input = NetworkInput.of("made", 2, 11, 13, values);
      return explainer.predict(List.of(input)).get(0).get(target).logit();
    }
  }

  @Test
  void integratedGradientsFollowTheTrapezoidalRule() {
    // Two parts of the way: half the gradients at its ends and the one in its middle.
    float[] x = pixels(1);
    double[] expected = new double[x.length];
    for (double t : new double[] {0, 0.5, 1}) {
      SaliencyMap gradient = explain(gap, List.of(image(1, t)), new Gradient(), 3).get(0).map();
      for (int i = 0; i < x.length; i++) {
        expected[i] += (t == 0.5 ? 0.5 : 0.25) * gradient.values()[i] * x[i];
      }
    }
    assertClose(map(gap, new IntegratedGradients(2, List.of()), 3).values(), expected);
  }

  @Test
  void baselinesThatDoNotFit() {
    assertThatThrownBy(() -> map(gap, new IntegratedGradients(5, List.of(1.0, 2.0, 3.0)), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a baseline of 3 values for an input of 2 channels: expected one value a channel");
    assertThatThrownBy(() -> new IntegratedGradients(0, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least 1 step, got 0");
    assertThat(IntegratedGradients.black(Preprocessing.torchvision(9, 9)))
        .containsExactly(-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225);
    assertThat(IntegratedGradients.black(Preprocessing.caffe(9, 9, 104, 117, 123)))
        .containsExactly(-104.0, -117.0, -123.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradient", "guided-backprop", "grad-cam", "occlusion"})
  void smoothedMapsAreMeansOverNoise(String name) {
    Method inner = Methods.create(name, new Methods.Options());
    int samples = 11;
    SmoothGrad smooth = new SmoothGrad(inner, samples, 0.3, 5);
    float[] x = pixels(1);
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (float value : x) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    Random random = new Random(5);
    double[] expected = null;
    for (int n = 0; n < samples; n++) {
      float[] noisy = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        noisy[i] = (float) (x[i] + 0.3 * ((double) max - min) * random.nextGaussian());
      }
      NetworkInput input = NetworkInput.of("noisy", 2, 11, 13, noisy);
      SaliencyMap map = explain(gap, List.of(input), inner, 3).get(0).map();
      expected = expected == null ? new double[map.values().length] : expected;
      for (int i = 0; i < expected.length; i++) {
        expected[i] += map.values()[i] / (double) samples;
      }
    }
    assertClose(map(gap, smooth, 3).values(), expected);
    assertThat(smooth.mapsInput()).isEqualTo(inner.mapsInput());
    assertThat(map(gap, new SmoothGrad(inner, samples, 0.3, 6), 3))
        .isNotEqualTo(map(gap, smooth, 3));
  }

  @Test
  void onALinearModelOcclusionIsTheSumUnderThePatch() {
    ComputationGraph graph = SmallNetworks.linear(TYPE);
    SaliencyMap w = map(graph, new Gradient(), 1);
    float[] x = SmallNetworks.input(TYPE, 1, 1).castTo(DataType.FLOAT).data().asFloat();
    int patch = 4;
    int stride = 3;
    SaliencyMap occlusion = map(graph, new Occlusion(patch, stride), 1);
    assertThat(occlusion.shape()).containsExactly(4, 5);
    double[] expected = new double[20];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 5; j++) {
        for (int c = 0; c < 2; c++) {
          for (int row = i * 3 - 1; row < i * 3 + 3; row++) {
            for (int column = j * 3 - 1; column < j * 3 + 3; column++) {
              if (row >= 0 && row < 11 && column >= 0 && column < 13) {
                expected[i * 5 + j] += w.at(c, row, column) * x[(c * 11 + row) * 13 + column];
              }
            }
          }
        }
      }
    }
    assertClose(occlusion.values(), expected);
  }

  @Test
  void excitationKeepsItsSumAndItsContrastHasNone() {
    // Every neuron has an excited input, so nothing is lost on the way.
    gap.getLayer("conv2").getParam("b").assign(5);
    SaliencyMap winning = map(gap, new ContrastiveExcitation("relu2", true, false), 1);
    assertThat(winning.sum()).isCloseTo(1, within(1e-6));
    SaliencyMap contrast = map(gap, new ContrastiveExcitation("relu2", true, true), 1);
    assertThat(contrast.sum()).isCloseTo(0, within(1e-6));
    assertThat(contrast.max()).isGreaterThan(1e-4f);
  }

  @Test
  void beforeAClassifierOf1x1ConvolutionsTheContrastIsZeroAndRefused() {
    ComputationGraph graph = SmallNetworks.classMaps(TYPE);
    for (String layer : List.of("relu1", "conv1")) {
      assertThatThrownBy(() -> map(graph, new ContrastiveExcitation(layer, true, true), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("c-mwp at layer '" + layer + "' is zero everywhere")
          .hasMessageContaining("'conv2'");
      assertThat(map(graph, new ContrastiveExcitation(layer, true, false), 1).sum()).isPositive();
    }
  }

  @Test
  void theProbabilitysMapIsSoftmaxsMixOfTheLogitsMaps() {
    // dp_c/dA = p_c (dy_c/dA - sum_k p_k dy_k/dA)
    try (Explainer explainer = Explainer.of(gap, SIZE)) {
      List<NetworkInput> images = List.of(image(1));
      List<Target> all = IntStream.range(0, 4).mapToObj(Target::classIndex).toList();
      List<Explanation> logits = explainer.explain(images, List.of(signed("relu1")), all);
      SaliencyMap probability =
          explainer
              .explain(
                  images,
                  List.of(signed("relu1")),
                  List.of(Target.classIndex(2)),
                  Score.PROBABILITY,
                  share -> {})
              .get(0)
              .map();
      double[] expected = new double[probability.values().length];
      double p = logits.get(2).target().probability();
      for (int i = 0; i < expected.length; i++) {
        double mean = 0;
        for (Explanation e : logits) {
          mean += e.target().probability() * e.map().values()[i];
        }
        expected[i] = p * (logits.get(2).map().values()[i] - mean);
      }
      assertClose(probability.values(), expected);
    }
  }
}
