package org.gradcam4j.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.NetworkOutput;
import org.gradcam4j.RegionNetworks;
import org.gradcam4j.SmallNetworks;
import org.gradcam4j.Target;
import org.gradcam4j.image.Preprocessing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Occlusion against its definition: cover, predict, subtract. */
class OcclusionTest {
  /** Of the largest score. */
  private static final Map<DataType, Double> TOLERANCES =
      Map.of(DataType.FLOAT, 1e-5, DataType.DOUBLE, 1e-10);

  private static final int CHANNELS = RegionNetworks.CHANNELS;
  private static final int HEIGHT = RegionNetworks.HEIGHT;
  private static final int WIDTH = RegionNetworks.WIDTH;
  private static final Preprocessing SIZE = Preprocessing.torchvision(HEIGHT, WIDTH);
  private static final Map<String, ComputationGraph> NETWORKS =
      RegionNetworks.classifiers(DataType.FLOAT);
  private static final Map<String, ComputationGraph> DOUBLES =
      RegionNetworks.classifiers(DataType.DOUBLE);

  static Stream<String> networks() {
    return NETWORKS.keySet().stream();
  }

  /** An image whose pixels a test can read. */
  private record Image(NetworkInput input, float[] values) {
    static Image of(String name, float[] values) {
      return new Image(NetworkInput.of(name, CHANNELS, HEIGHT, WIDTH, values), values);
    }
  }

  private static Image image(int seed) {
    Random random = new Random(seed);
    float[] values = new float[CHANNELS * HEIGHT * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Image.of("random " + seed, values);
  }

  private static Explainer explainer(String network) {
    return Explainer.of(NETWORKS.get(network), SIZE);
  }

  /** The image with another in place of its pixels from a corner on. */
  private static NetworkInput covered(Image image, float[] under, int top, int left, int side) {
    float[] values = image.values().clone();
    for (int i = 0; i < values.length; i++) {
      int row = i / WIDTH % HEIGHT;
      int column = i % WIDTH;
      if (row >= top && row < top + side && column >= left && column < left + side) {
        values[i] = under[i];
      }
    }
    return Image.of("covered", values).input();
  }

  /** Where patches begin, by the words of the documentation. */
  private static int[] starts(int size, Occlusion occlusion) {
    List<Integer> starts = new ArrayList<>();
    if (occlusion.padding() == Occlusion.CENTRED) {
      for (int square = 0; square < size; square += occlusion.stride()) {
        starts.add(square + occlusion.stride() / 2 - occlusion.patch() / 2);
      }
    } else {
      int last = size + occlusion.padding() - occlusion.patch();
      for (int start = -occlusion.padding(); start <= last; start += occlusion.stride()) {
        starts.add(start);
      }
    }
    return starts.stream().mapToInt(i -> i).toArray();
  }

  private static float[] filled(double value) {
    float[] values = new float[CHANNELS * HEIGHT * WIDTH];
    Arrays.fill(values, (float) value);
    return values;
  }

  /** The map by its definition, and that it is this one. */
  private static void assertNaive(
      Explainer explainer,
      Image image,
      SaliencyMap map,
      Occlusion occlusion,
      float[] under,
      ToDoubleFunction<NetworkOutput> score) {
    int[] tops = starts(HEIGHT, occlusion);
    int[] lefts = starts(WIDTH, occlusion);
    List<NetworkInput> all = new ArrayList<>(List.of(image.input()));
    for (int top : tops) {
      for (int left : lefts) {
        all.add(covered(image, under, top, left, occlusion.patch()));
      }
    }
    double[] scores =
        explainer.outputs(all).stream().mapToDouble(o -> score.applyAsDouble(o.get(0))).toArray();
    double largest = Arrays.stream(scores).map(Math::abs).max().orElseThrow();
    double tolerance = TOLERANCES.get(explainer.plan().dataType()) * largest;
    assertThat(map.shape()).containsExactly(tops.length, lefts.length);
    for (int i = 1; i < scores.length; i++) {
      float difference = (float) (scores[0] - scores[i]);
      // Maps are floats whatever the network's type: the last bit may round either way.
      assertThat((double) map.values()[i - 1])
          .as("%s at cell %d", occlusion, i - 1)
          .isCloseTo(difference, within(tolerance + Math.ulp(difference)));
    }
  }

  private static void assertNaive(
      Explainer explainer, Image image, Occlusion occlusion, float[] under) {
    int target = 2;
    SaliencyMap map =
        explainer
            .explain(List.of(image.input()), List.of(occlusion), List.of(Target.classIndex(target)))
            .get(0)
            .map();
    assertNaive(explainer, image, map, occlusion, under, output -> output.logits()[target]);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void equalsTheNaiveWay(String network) {
    for (ComputationGraph graph : List.of(NETWORKS.get(network), DOUBLES.get(network))) {
      try (Explainer explainer = Explainer.of(graph, SIZE)) {
        float[] zeros = filled(0);
        assertNaive(explainer, image(1), new Occlusion(5, 3), zeros);
        assertNaive(explainer, image(1), new Occlusion(6, 4), zeros);
        assertNaive(explainer, image(2), new Occlusion(1, 2, 0, Fill.constant(3)), filled(3));
        assertNaive(explainer, image(2), new Occlusion(9, 7, 4, Fill.mean()), zeros);
      }
    }
  }

  /** Odd and even, overlapping and apart, inside, over the edges, outside of them, over all. */
  @ParameterizedTest
  @CsvSource({
    "4, 1, 0",
    "5, 1, 2",
    "4, 3, 2",
    "7, 2, -1",
    "4, 5, -1",
    "2, 6, 0",
    "3, 3, 5",
    "3, 4, 11",
    "20, 1, 0",
    "20, 7, 10",
    "24, 5, 2",
    "50, 6, -1",
    "50, 9, 40"
  })
  void equalsTheNaiveWayAtAnyPlaces(int patch, int stride, int padding) {
    for (String network : List.of("stacked convolutions", "residual blocks")) {
      try (Explainer explainer = explainer(network)) {
        assertNaive(
            explainer,
            image(3),
            new Occlusion(patch, stride, padding, Fill.constant(-1)),
            filled(-1));
      }
    }
  }

  @Test
  void defaultsAreAFifthAndAFourteenthOfTheHeight() {
    try (Explainer explainer = explainer("groups")) {
      List<Target> target = List.of(Target.classIndex(1));
      SaliencyMap usual =
          explainer
              .explain(List.of(image(1).input()), List.of(new Occlusion()), target)
              .get(0)
              .map();
      SaliencyMap own =
          explainer
              .explain(List.of(image(1).input()), List.of(new Occlusion(5, 2)), target)
              .get(0)
              .map();
      assertThat(usual).isEqualTo(own);
    }
  }

  @Test
  void everyFill() {
    Image image = image(4);
    float[] grey = new float[CHANNELS * HEIGHT * WIDTH];
    double[] mean = {0.485, 0.456, 0.406};
    double[] deviation = {0.229, 0.224, 0.225};
    for (int i = 0; i < grey.length; i++) {
      int c = i / (HEIGHT * WIDTH);
      grey[i] = (float) ((0.5 - mean[c]) / deviation[c]);
    }
    try (Explainer explainer = explainer("inception branches")) {
      assertNaive(explainer, image, new Occlusion(5, 4, 2, Fill.mean()), filled(0));
      assertNaive(explainer, image, new Occlusion(5, 4, 2, Fill.constant(-2.5)), filled(-2.5));
      assertNaive(explainer, image, new Occlusion(5, 4, 2, Fill.grey()), grey);
      for (double sigma : new double[] {0.4, 1.5, 30}) {
        assertNaive(
            explainer,
            image,
            new Occlusion(6, 3, 2, Fill.blur(sigma)),
            blurred(image.values(), sigma));
      }
    }
  }

  /** A direct convolution in two dimensions, the outermost pixels going on. */
  private static float[] blurred(float[] image, double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    float[] result = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      int plane = i / (HEIGHT * WIDTH) * HEIGHT * WIDTH;
      int row = i / WIDTH % HEIGHT;
      int column = i % WIDTH;
      double sum = 0;
      double weights = 0;
      for (int y = row - radius; y <= row + radius; y++) {
        for (int x = column - radius; x <= column + radius; x++) {
          double distance = Math.pow(y - row, 2) + Math.pow(x - column, 2);
          double weight = Math.exp(-distance / (2 * sigma * sigma));
          int nearestRow = Math.max(0, Math.min(HEIGHT - 1, y));
          int nearestColumn = Math.max(0, Math.min(WIDTH - 1, x));
          sum += weight * image[plane + nearestRow * WIDTH + nearestColumn];
          weights += weight;
        }
      }
      result[i] = (float) (sum / weights);
    }
    return result;
  }

  @Test
  void blurIsAConvolutionInTwoDimensions() {
    float[] image = image(5).values();
    for (double sigma : new double[] {0.3, 1, 2.2, 40}) {
      float[] expected = blurred(image, sigma);
      float[] actual = Fill.blur(sigma).under(image, CHANNELS, HEIGHT, WIDTH, SIZE);
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
      }
    }
  }

  @Test
  void imagesAndTargetsOfABatchAreExplainedAlone() {
    Occlusion occlusion = new Occlusion(6, 4, 3, Fill.blur(2));
    List<Target> targets = List.of(Target.topPredicted(), Target.classIndex(0), Target.top(2));
    List<Image> images = List.of(image(6), image(7));
    List<NetworkInput> inputs = images.stream().map(Image::input).toList();
    for (Score score : Score.values()) {
      try (Explainer explainer = explainer("residual blocks")) {
        List<Explanation> all =
            explainer.explain(inputs, List.of(occlusion), targets, score, share -> {});
        assertThat(all).hasSizeBetween(4, 6);
        assertThat(all.stream().map(Explanation::input).distinct())
            .containsExactlyElementsOf(inputs);
        for (Explanation explanation : all) {
          int index = explanation.target().index();
          Image image = images.get(inputs.indexOf(explanation.input()));
          assertNaive(
              explainer,
              image,
              explanation.map(),
              occlusion,
              blurred(image.values(), 2),
              output -> score == Score.LOGIT ? output.logits()[index] : output.values()[index]);
        }
      }
    }
  }

  @Test
  void aMapOfTheSecondOutput() {
    ComputationGraph graph = RegionNetworks.all(DataType.FLOAT).get("two outputs");
    Occlusion occlusion = new Occlusion(5, 4);
    try (Explainer explainer = Explainer.of(graph, SIZE)) {
      List<Target> target = List.of(Target.at("map.out", Target.cell(1, 20, 3)));
      SaliencyMap map =
          explainer.explain(List.of(image(8).input()), List.of(occlusion), target).get(0).map();
      int cell = (HEIGHT + 20) * WIDTH + 3;
      int[] tops = starts(HEIGHT, occlusion);
      int[] lefts = starts(WIDTH, occlusion);
      double whole = explainer.outputs(List.of(image(8).input())).get(0).get(1).logits()[cell];
      for (int i = 0; i < tops.length; i++) {
        for (int j = 0; j < lefts.length; j++) {
          NetworkInput covered = covered(image(8), filled(0), tops[i], lefts[j], 5);
          double score = explainer.outputs(List.of(covered)).get(0).get(1).logits()[cell];
          assertThat((double) map.at(0, i, j)).isCloseTo(whole - score, within(1e-5));
          boolean far = Math.abs(tops[i] + 2 - 20) > 5 || Math.abs(lefts[j] + 2 - 3) > 5;
          if (far) {
            assertThat(map.at(0, i, j)).isCloseTo(0, within(1e-5f));
          }
        }
      }
    }
  }

  @Test
  void errorsAreALine() {
    assertLine(() -> new Occlusion(-1, 3), "-1");
    assertLine(() -> new Occlusion(3, -2), "-2");
    assertLine(() -> new Occlusion(3, 2, -2, Fill.mean()), "padding");
    assertLine(() -> Fill.blur(0), "0");
    assertLine(() -> Fill.blur(Double.NaN), "NaN");
    assertLine(() -> Fill.constant(Double.POSITIVE_INFINITY), "Infinity");
    try (Explainer explainer = explainer("groups")) {
      List<Target> target = List.of(Target.topPredicted());
      Occlusion large = new Occlusion(25, 3, 0, Fill.mean());
      assertLine(
          () -> explainer.explain(List.of(image(1).input()), List.of(large), target),
          "a patch of 25 pixels does not fit 24 pixels");
      Occlusion wide = new Occlusion(23, 3, 1, Fill.mean());
      assertLine(
          () -> explainer.explain(List.of(image(1).input()), List.of(wide), target),
          "a patch of 23 pixels does not fit 20 pixels with a padding of 1");
    }
    ComputationGraph two = SmallNetworks.gap(DataType.FLOAT);
    Preprocessing size = Preprocessing.torchvision(SmallNetworks.HEIGHT, SmallNetworks.WIDTH);
    try (Explainer explainer = Explainer.of(two, size)) {
      NetworkInput image = NetworkInput.of("two", 2, 11, 13, new float[2 * 11 * 13]);
      Occlusion grey = new Occlusion(3, 3, 0, Fill.grey());
      assertLine(
          () -> explainer.explain(List.of(image), List.of(grey), List.of(Target.topPredicted())),
          "3 channels");
    }
  }

  private static void assertLine(Runnable mistake, String said) {
    assertThatThrownBy(mistake::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said)
        .hasMessageNotContaining("\n");
  }
}
