package org.gradcam4j.method;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.pass.Pass;
import org.gradcam4j.pass.Seed;
import org.gradcam4j.plan.NetworkPlan;
import org.gradcam4j.plan.NetworkPlan.Step;

/**
 * The numbers to explain, for a batch of images: one row an objective and image.
 *
 * @param objectives for each row, the number
 * @param images for each row, its image's place in the batch
 * @param outputs for each row, the network's output whose scores the number is of
 * @param score whether scores are taken before or after softmax and the like
 */
public record Targets(List<Objective> objectives, int[] images, List<String> outputs, Score score) {
  /** Checks that there are as many of each. */
  public Targets {
    objectives = List.copyOf(objectives);
    outputs = List.copyOf(outputs);
    if (objectives.size() != images.length
        || outputs.size() != images.length
        || images.length == 0) {
      throw new IllegalArgumentException(
          "expected one image and output an objective and at least one, got %d objectives, %d images, %d outputs"
              .formatted(objectives.size(), images.length, outputs.size()));
    }
  }

  /** How many. */
  public int count() {
    return images.length;
  }

  /** Some of the rows, in this order, for other images. */
  public Targets rows(int[] rows, int[] newImages) {
    return new Targets(
        Arrays.stream(rows).mapToObj(objectives::get).toList(),
        newImages,
        Arrays.stream(rows).mapToObj(outputs::get).toList(),
        score);
  }

  /** The same numbers of the scores before softmax and the like. */
  Targets onLogits() {
    return new Targets(objectives, images, outputs, Score.LOGIT);
  }

  /**
   * For each row, the index of its class.
   *
   * @throws IllegalArgumentException if a row is not the score of one class
   */
  int[] classes(Method method) {
    return objectives.stream()
        .mapToInt(
            objective ->
                objective
                    .classIndex()
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                method.name()
                                    + " explains the scores of classes, not '"
                                    + objective.label()
                                    + "'")))
        .toArray();
  }

  /**
   * Refuses another output than the first, for a method that reads the layers before that one.
   *
   * @throws IllegalArgumentException if a row is of another
   */
  void requireFirstOutput(Method method, NetworkPlan plan) {
    String first = plan.output().name();
    for (String output : outputs) {
      if (!output.equals(first)) {
        throw new IllegalArgumentException(
            "%s explains output '%s', the first, not '%s': use grad-cam"
                .formatted(method.name(), first, output));
      }
    }
  }

  /** The layer whose values are the row's scores. */
  private Step layer(NetworkPlan plan, int row) {
    Step output = plan.step(outputs.get(row));
    Step layer = score == Score.LOGIT ? plan.logits(output) : output;
    if (layer.multiplicity() != 1) {
      throw new IllegalArgumentException(
          "output '" + output.name() + "' has " + layer.multiplicity() + " rows an image");
    }
    return layer;
  }

  /** Each row's number in the pass. */
  public double[] values(Pass pass) {
    double[] values = new double[count()];
    for (Step layer : layers(pass.plan())) {
      double[][] scores = scores(pass, layer);
      for (int r = 0; r < count(); r++) {
        if (layer(pass.plan(), r) == layer) {
          values[r] = objectives.get(r).value(scores[images[r]], score);
        }
      }
    }
    return values;
  }

  /** The derivative of each row's number with respect to its layer of scores. */
  public List<Seed> seeds(Pass pass) {
    Kernels kernels = pass.kernels();
    List<Seed> seeds = new ArrayList<>();
    for (Step layer : layers(pass.plan())) {
      Tensor activation = pass.activation(layer.name()).tensor();
      double[][] scores = scores(pass, layer);
      int size = scores[0].length;
      double[] gradients = new double[count() * size];
      for (int r = 0; r < count(); r++) {
        if (layer(pass.plan(), r) == layer) {
          double[] gradient = objectives.get(r).gradient(scores[images[r]], score);
          System.arraycopy(gradient, 0, gradients, r * size, size);
        }
      }
      long[] s = activation.shape();
      Tensor seed =
          activation.spatial()
              ? kernels.channelsLast(kernels.tensor(gradients, count(), s[3], s[1], s[2]))
              : kernels.tensor(gradients, count(), size);
      seeds.add(new Seed(layer.name(), seed));
    }
    return seeds;
  }

  private Iterable<Step> layers(NetworkPlan plan) {
    LinkedHashSet<Step> layers = new LinkedHashSet<>();
    IntStream.range(0, count()).forEach(r -> layers.add(layer(plan, r)));
    return layers;
  }

  /** For each image, a layer's values in the order {@code [classes]} or {@code [C, H, W]}. */
  public static double[][] scores(Pass pass, Step layer) {
    Tensor scores = pass.activation(layer.name()).tensor();
    Kernels kernels = pass.kernels();
    double[] values = kernels.values(scores.spatial() ? kernels.channelsFirst(scores) : scores);
    int size = values.length / scores.rows();
    return IntStream.range(0, scores.rows())
        .mapToObj(n -> Arrays.copyOfRange(values, n * size, (n + 1) * size))
        .toArray(double[][]::new);
  }
}
