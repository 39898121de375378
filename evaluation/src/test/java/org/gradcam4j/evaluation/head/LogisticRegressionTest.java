package org.gradcam4j.evaluation.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogisticRegressionTest {
  private static final int IMAGES = 12;

  private static List<float[]> rows() {
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      float[] row = new float[3];
      for (int d = 0; d < row.length; d++) {
        row[d] = (7 * i + 3 * d + i * i * d) % 11 / 4f - d;
      }
      rows.add(row);
    }
    return rows;
  }

  private static Truth truth(boolean shown) {
    return shown ? Truth.SHOWN : Truth.ABSENT;
  }

  private static List<Truth[]> truth() {
    List<Truth[]> truth = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      truth.add(
          new Truth[] {truth(i * 5 % 12 < 5), i % 6 == 4 ? Truth.IGNORED : truth(i * 7 % 12 < 3)});
    }
    return truth;
  }

  /**
   * scikit-learn's LogisticRegression(C=1 / (n l2)) on standardised features, solver newton-cg,
   * without the ignored images.
   */
  @Test
  void theMinimumIsScikitLearns() {
    LinearHead head = new LogisticRegression(rows(), truth()).fit(0.1);
    assertThat(head.weights()[0])
        .containsExactly(new double[] {-0.66026382, -0.01454451, -0.75343319}, within(1e-4));
    assertThat(head.bias()[0]).isCloseTo(-0.37841943, within(1e-4));
    assertThat(head.weights()[1])
        .containsExactly(new double[] {-0.61656398, 0.50553331, 1.02606751}, within(1e-4));
    assertThat(head.bias()[1]).isCloseTo(0.39094582, within(1e-4));
  }

  /**
   * The gradient in double precision, by plain loops, of a problem with more features than images.
   */
  @Test
  void theGradientVanishes() {
    int images = 60;
    int features = 150;
    double l2 = 0.02;
    Random random = new Random(5);
    List<float[]> rows = new ArrayList<>();
    List<Truth[]> truth = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      float[] row = new float[features];
      for (int d = 0; d < features; d++) {
        // Of mean 0 and deviation 1 already, once every row has its opposite.
        row[d] = i % 2 == 0 ? (random.nextBoolean() ? 1 : -1) : -rows.get(i - 1)[d];
      }
      rows.add(row);
      truth.add(new Truth[] {truth(row[0] + row[1] + random.nextGaussian() > 0)});
    }
    LinearHead head = new LogisticRegression(rows, truth).fit(l2);
    double[] gradient = new double[features + 1];
    for (int i = 0; i < images; i++) {
      double probability = 1 / (1 + Math.exp(-head.scores(rows.get(i))[0]));
      double residual = (probability - (truth.get(i)[0] == Truth.SHOWN ? 1 : 0)) / images;
      for (int d = 0; d < features; d++) {
        gradient[d] += residual * rows.get(i)[d];
      }
      gradient[features] += residual;
    }
    for (int d = 0; d < features; d++) {
      gradient[d] += l2 * head.weights()[0][d];
    }
    for (double element : gradient) {
      assertThat(element).isCloseTo(0, within(3e-4));
    }
  }

  @Test
  void aConstantFeatureHasNoWeight() {
    List<float[]> rows = new ArrayList<>();
    rows().forEach(row -> rows.add(new float[] {row[0], 7.7f, row[1], row[2]}));
    LinearHead with = new LogisticRegression(rows, truth()).fit(0.1);
    LinearHead without = new LogisticRegression(rows(), truth()).fit(0.1);
    assertThat(with.weights()[1][1]).isZero();
    assertThat(with.scores(rows.get(3))[1])
        .isCloseTo(without.scores(rows().get(3))[1], within(1e-3));
  }

  /** Without an image that shows it, a class has no minimum: its scores stay at a rare class's. */
  @Test
  void aClassThatNoImageShows() {
    List<Truth[]> none = new ArrayList<>();
    rows().forEach(row -> none.add(new Truth[] {Truth.ABSENT}));
    LinearHead head = new LogisticRegression(rows(), none).fit(0.1);
    assertThat(head.weights()[0]).containsOnly(0);
    assertThat(head.bias()[0]).isCloseTo(Math.log(0.5 / 12.5), within(1e-12));
  }

  @Test
  void badInputIsNamed() {
    LogisticRegression problem = new LogisticRegression(rows(), truth());
    assertThatThrownBy(() -> problem.fit(0)).hasMessageContaining("expected a number above 0");
    assertThatThrownBy(() -> new LogisticRegression(rows(), List.of()))
        .hasMessage("12 images and 0 truths: expected as many, at least one");
    assertThatThrownBy(() -> problem.fit(1).scores(new float[2]))
        .hasMessage("2 features for a head of 3");
  }
}
