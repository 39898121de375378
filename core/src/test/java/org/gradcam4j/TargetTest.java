package org.gradcam4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.method.AblationCam;
import org.gradcam4j.method.Cam;
import org.gradcam4j.method.ContrastiveExcitation;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Gradient;
import org.gradcam4j.method.Method;
import org.gradcam4j.method.Objective;
import org.gradcam4j.method.Occlusion;
import org.gradcam4j.method.Score;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Targets other than a class of one output: the gradient is that of the number which they mean. */
class TargetTest {
  private static final int SIZE = 8, CLASSES = 3, BOXES = 2;

  private static GraphBuilder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(9)
        .dataType(DataType.DOUBLE)
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.convolutional(SIZE, SIZE, 3))
        .addLayer("conv", convolution(6), "in");
  }

  private static ConvolutionLayer convolution(int out) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(out)
        .padding(1, 1)
        .activation(Activation.TANH)
        .build();
  }

  /** A class of the image, and a class of each pixel. */
  private static Explainer twoOutputs() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "conv")
                .addLayer(
                    "image",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "gap")
                .addLayer("maps", convolution(CLASSES), "conv")
                .addLayer(
                    "pixels",
                    new CnnLossLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "maps")
                .setOutputs("image", "pixels")
                .build());
    graph.init();
    return Explainer.builder(graph, Preprocessing.torchvision(SIZE, SIZE))
        .labels(List.of("dog", "cat", "bird"))
        .defaultLayer("conv")
        .build();
  }

  private static Explainer detector() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .addLayer(
                    "boxes",
                    new ConvolutionLayer.Builder(2, 2)
                        .nOut(BOXES * (5 + CLASSES))
                        .stride(2, 2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "conv")
                .addLayer(
                    "yolo",
                    new Yolo2OutputLayer.Builder()
                        .boundingBoxPriors(Nd4j.create(new double[][] {{1, 2}, {3, 1}}))
                        .build(),
                    "boxes")
                .setOutputs("yolo")
                .build());
    graph.init();
    return Explainer.builder(graph, Preprocessing.torchvision(SIZE, SIZE))
        .labels(List.of("dog", "cat", "bird"))
        .defaultLayer("conv")
        .build();
  }

  private static NetworkInput image(float[] values) {
    return NetworkInput.of("random", 3, SIZE, SIZE, values);
  }

  private static float[] random(int seed) {
    Random random = new Random(seed);
    float[] values = new float[3 * SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Compares the map of the gradient with finite differences of a number of the outputs. */
  private static void assertGradient(
      Explainer explainer,
      Target target,
      Score score,
      ToDoubleFunction<List<NetworkOutput>> number) {
    float[] pixels = random(1);
    Explanation explanation =
        explainer
            .explain(
                List.of(image(pixels)), List.of(new Gradient()), List.of(target), score, s -> {})
            .get(0);
    float[] map = explanation.map().values();
    double largest = 0;
    for (int i = 0; i < pixels.length; i += 7) {
      float e = 1f / 512;
      float before = pixels[i];
      pixels[i] = before + e;
      double above = number.applyAsDouble(explainer.outputs(List.of(image(pixels))).get(0));
      pixels[i] = before - e;
      double below = number.applyAsDouble(explainer.outputs(List.of(image(pixels))).get(0));
      double step = (before + e) - (before - e);
      pixels[i] = before;
      double difference = (above - below) / step;
      largest = Math.max(largest, Math.abs(difference));
      assertThat((double) map[i]).isCloseTo(difference, within(1e-5));
    }
    assertThat(largest).isGreaterThan(5e-3);
    double value = number.applyAsDouble(explainer.outputs(List.of(image(pixels))).get(0));
    Prediction found = explanation.target();
    assertThat(score == Score.LOGIT ? found.logit() : found.probability())
        .isCloseTo(value, within(1e-9));
  }

  private static int place(int channel, int row, int column, int size) {
    return (channel * size + row) * size + column;
  }

  @Test
  void aCellOfASecondOutput() {
    try (Explainer explainer = twoOutputs()) {
      Target cell = Target.at("pixels", Target.cell(1, 2, 5));
      int place = place(1, 2, 5, SIZE);
      assertGradient(explainer, cell, Score.LOGIT, o -> o.get(1).logits()[place]);
      assertGradient(explainer, cell, Score.PROBABILITY, o -> o.get(1).values()[place]);
    }
  }

  @Test
  void aRegionOfASegmentation() {
    try (Explainer explainer = twoOutputs()) {
      boolean[][] cells = new boolean[SIZE][SIZE];
      cells[1][2] = true;
      cells[4][4] = true;
      cells[4][5] = true;
      Target region = Target.at("pixels", Target.region("patch", 2, cells));
      ToDoubleFunction<double[]> sum =
          v -> v[place(2, 1, 2, SIZE)] + v[place(2, 4, 4, SIZE)] + v[place(2, 4, 5, SIZE)];
      assertGradient(explainer, region, Score.LOGIT, o -> sum.applyAsDouble(o.get(1).logits()));
      assertGradient(
          explainer, region, Score.PROBABILITY, o -> sum.applyAsDouble(o.get(1).values()));
    }
  }

  @Test
  void aClassOfASegmentationIsWhereItIsPredicted() {
    try (Explainer explainer = twoOutputs()) {
      double[] logits = explainer.outputs(List.of(image(random(1)))).get(0).get(1).logits();
      int cells = SIZE * SIZE;
      int[] own =
          IntStream.range(0, cells)
              .filter(
                  i ->
                      IntStream.range(0, CLASSES)
                          .allMatch(c -> logits[cells + i] >= logits[c * cells + i]))
              .toArray();
      assertThat(own).hasSizeBetween(1, cells - 1);
      assertGradient(
          explainer,
          Target.at("pixels", Target.classIndex(1)),
          Score.LOGIT,
          o -> IntStream.of(own).mapToDouble(i -> o.get(1).logits()[cells + i]).sum());
    }
  }

  @Test
  void targetsOfSeveralOutputsShareOneRun() {
    try (Explainer explainer = twoOutputs()) {
      List<NetworkInput> images = List.of(image(random(1)), image(random(2)));
      List<Target> targets =
          List.of(
              Target.label("cat"),
              Target.at("pixels", Target.cell(0, 3, 3)),
              Target.topPredicted());
      List<Method> methods = List.of(new GradCam(), new Occlusion(3, 2), new AblationCam());
      var together = explainer.explain(images, methods, targets);
      for (Explanation e : together) {
        boolean cell = e.target().index() < 0;
        Target own = cell ? targets.get(1) : Target.classIndex(e.target().index());
        Explanation alone =
            explainer.explain(List.of(e.input()), List.of(e.method()), List.of(own)).get(0);
        float[] expected = alone.map().values();
        for (int i = 0; i < expected.length; i++) {
          assertThat(e.map().values()[i]).isCloseTo(expected[i], within(1e-6f));
        }
        assertThat(e.target().label()).isEqualTo(alone.target().label());
      }
    }
  }

  @Test
  void aBoxOfADetector() {
    try (Explainer explainer = detector()) {
      int cells = 16;
      int first = ((5 + CLASSES) * 1) * cells + 2 * 4 + 3;
      Target box = Target.box(1, 2, 3, 2);
      assertGradient(explainer, box, Score.LOGIT, o -> o.get(0).logits()[first + (5 + 2) * cells]);
      assertGradient(
          explainer,
          box,
          Score.PROBABILITY,
          o -> o.get(0).values()[first + 4 * cells] * o.get(0).values()[first + (5 + 2) * cells]);
    }
  }

  @Test
  void theStrongestDetections() {
    try (Explainer explainer = detector()) {
      NetworkInput image = image(random(3));
      NetworkOutput output = explainer.outputs(List.of(image)).get(0).get(0);
      assertThat(output.isDetections()).isTrue();
      List<Detection> all = output.detections(0, Integer.MAX_VALUE);
      assertThat(all)
          .isSortedAccordingTo(Comparator.comparingDouble(detection -> -detection.score()));
      Detection best = all.get(0);
      assertThat(best.score())
          .isEqualTo(best.objective().value(output.values(), Score.PROBABILITY));
      for (Detection detection : all) {
        assertThat(detection.score()).isBetween(0.0, 1.0);
        assertThat(detection.x()).isBetween(0.0, 1.0);
      }
      Prediction top =
          explainer
              .explain(List.of(image), List.of(new GradCam()), List.of(Target.topPredicted()))
              .get(0)
              .target();
      assertThat(top.index()).isEqualTo(best.classIndex());
      assertThat(top.probability()).isEqualTo(best.score());
      assertThat(top.label()).startsWith(best.label()).contains("row " + best.row());
      Prediction bird =
          explainer
              .explain(List.of(image), List.of(new GradCam()), List.of(Target.label("bird")))
              .get(0)
              .target();
      assertThat(bird.index()).isEqualTo(2);
      double strongest =
          all.stream()
              .filter(d -> d.classIndex() == 2)
              .mapToDouble(Detection::score)
              .max()
              .orElseThrow();
      assertThat(bird.probability()).isEqualTo(strongest);
      assertThatThrownBy(() -> explainer.predict(List.of(image)))
          .hasMessageContaining("'yolo' has space");
    }
  }

  @Test
  void aNumberOfTheCallersOwn() {
    Objective margin =
        new Objective() {
          @Override
          public String label() {
            return "dog squared, less cat";
          }

          @Override
          public double value(double[] scores, Score score) {
            return scores[0] * scores[0] - scores[1];
          }

          @Override
          public double[] gradient(double[] scores, Score score) {
            return new double[] {2 * scores[0], -1, 0};
          }
        };
    try (Explainer explainer = twoOutputs()) {
      assertGradient(
          explainer,
          Target.of(margin),
          Score.LOGIT,
          o -> margin.value(o.get(0).logits(), Score.LOGIT));
      assertThatThrownBy(
              () ->
                  explainer.explain(
                      List.of(image(random(1))), List.of(new Cam()), List.of(Target.of(margin))))
          .hasMessage("cam explains the scores of classes, not 'dog squared, less cat'");
    }
  }

  @Test
  void aLayerOfTheSecondOutputAlone() {
    try (Explainer explainer = twoOutputs()) {
      List<Explanation> maps =
          explainer.explain(
              List.of(image(random(1)), image(random(2))),
              List.of(new GradCam("maps"), new AblationCam("maps")),
              List.of(Target.at("pixels", Target.classIndex(1))));
      assertThat(maps).hasSize(4).allMatch(e -> e.target().index() == 1);
      assertThat(maps).allMatch(e -> e.map().max() > 0);
      Explanation other =
          explainer
              .explain(
                  List.of(image(random(1))),
                  List.of(new AblationCam("maps")),
                  List.of(Target.topPredicted()))
              .get(0);
      assertThat(other.remark().orElseThrow()).contains("zero everywhere");
      assertRefused(explainer, new GradCam("maps"), Target.topPredicted(), "no gradient reaches");
    }
  }

  @Test
  void aMethodThatReadsTheFirstOutputsLayersRefusesAnother() {
    Target second = Target.at("pixels", Target.classIndex(1));
    Target first = Target.at("image", Target.classIndex(1));
    try (Explainer explainer = twoOutputs()) {
      for (Method method : List.of(new Cam(), new ContrastiveExcitation())) {
        String words = method.name() + " explains output 'image', the first, not 'pixels'";
        assertRefused(explainer, method, second, words);
        List<NetworkInput> images = List.of(image(random(1)));
        assertThat(explainer.explain(images, List.of(method), List.of(first))).hasSize(1);
      }
      Method winning = new ContrastiveExcitation(null, false, false);
      assertThat(explainer.explain(List.of(image(random(1))), List.of(winning), List.of(second)))
          .hasSize(1);
    }
  }

  @Test
  void ofEqualScoresTheFirstIsPredicted() {
    double[] logits = {0, 1, 5, 0, 2, 5, 0, 2, 4};
    NetworkOutput maps =
        new NetworkOutput("maps", new int[] {3, 1, 3}, logits, logits, List.of(), List.of());
    assertThat(Target.top(3).objectives(maps))
        .containsExactly(
            Objective.sum("0", OptionalInt.of(0), 0, 2), Objective.sum("1", OptionalInt.of(1), 4));
  }

  @Test
  void aRegionIsCopiedAndChecked() {
    boolean[][] cells = new boolean[SIZE][SIZE];
    cells[2][3] = true;
    Target region = Target.region("x", 1, cells);
    cells[2][3] = false;
    try (Explainer explainer = twoOutputs()) {
      List<Explanation> maps =
          explainer.explain(
              List.of(image(random(1))),
              List.of(new Gradient()),
              List.of(Target.at("pixels", region), Target.at("pixels", Target.cell(1, 2, 3))));
      assertThat(maps.get(0).map()).isEqualTo(maps.get(1).map());
      assertRefused(
          explainer, Target.at("pixels", Target.region("x", 0, new boolean[0][])), "0 rows");
      boolean[][] ragged = new boolean[SIZE][SIZE];
      ragged[5] = new boolean[SIZE - 1];
      assertRefused(
          explainer,
          Target.at("pixels", Target.region("x", 0, ragged)),
          "row 5 of 7 cells: the network's output 'pixels' has 8 x 8");
    }
  }

  @Test
  void anOutputOfStackedRowsIsRefused() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .addLayer("other", convolution(6), "in")
                .addVertex("stack", new StackVertex(), "conv", "other")
                .addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "stack")
                .addLayer(
                    "image",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "gap")
                .setOutputs("image")
                .build());
    graph.init();
    assertThatThrownBy(() -> Explainer.of(graph, Preprocessing.torchvision(SIZE, SIZE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("output 'image' has 2 rows an image");
  }

  @Test
  void whatIsNotThereIsSaid() {
    try (Explainer two = twoOutputs();
        Explainer detector = detector()) {
      assertRefused(
          two,
          Target.at("nothing", Target.topPredicted()),
          "no output 'nothing'; the network's are [image, pixels]");
      assertRefused(two, Target.cell(0, 1, 1), "output 'image' has no space");
      assertRefused(two, Target.at("pixels", Target.cell(0, 8, 1)), "no cell (8, 1)");
      assertRefused(
          two, Target.at("pixels", Target.cell(3, 1, 1)), "no channel 3: expected 0 to 2");
      assertRefused(
          two,
          Target.at("pixels", Target.region("x", 0, new boolean[8][7])),
          "row 0 of 7 cells: the network's output 'pixels' has 8 x 8");
      assertRefused(
          two,
          Target.at("pixels", Target.region("x", 0, new boolean[8][8])),
          "the region 'x' is empty");
      assertRefused(two, Target.box(0, 0, 0, 0), "output 'image' has no boxes");
      assertRefused(detector, Target.box(2, 0, 0, 0), "no box 2: expected 0 to 1");
      assertRefused(detector, Target.classIndex(3), "no class 3: the network has classes 0 to 2");
    }
  }

  private static void assertRefused(Explainer explainer, Target target, String words) {
    assertRefused(explainer, new GradCam(), target, words);
  }

  private static void assertRefused(
      Explainer explainer, Method method, Target target, String words) {
    assertThatThrownBy(
            () -> explainer.explain(List.of(image(random(1))), List.of(method), List.of(target)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }
}
