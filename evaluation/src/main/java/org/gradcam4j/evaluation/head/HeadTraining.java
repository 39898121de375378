package org.gradcam4j.evaluation.head;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.gradcam4j.Workers;

/**
 * Trains a linear head by {@linkplain LogisticRegression logistic regression}. The penalty is that
 * with the highest mean average precision on a fifth of the images, drawn by the seed, of a head
 * for the others; the head is then trained on all of them.
 */
public final class HeadTraining {
  /** Of equally good ones the largest is taken. */
  private static final double[] PENALTIES = {10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001};

  private static final int HELD_OUT = 5;

  private HeadTraining() {}

  /**
   * What may be chosen.
   *
   * @param seed of the images that choose the penalty
   * @param l2 the penalty; empty to choose it
   * @param threads how many, on a core each; the head does not depend on it
   */
  public record Options(long seed, OptionalDouble l2, int threads) {}

  /**
   * What came of it.
   *
   * @param head the head
   * @param l2 its penalty
   */
  public record Result(LinearHead head, double l2) {}

  /** A penalty and the mean average precision that it gave. */
  private record Trial(double l2, double precision) {}

  /**
   * Trains a head.
   *
   * @param progress is told the share of the work that is done, 0 to 1
   * @throws IllegalArgumentException if there are too few images, or none that shows a class
   * @throws InterruptedException if the thread was interrupted
   */
  public static Result train(FeatureSet images, Options options, DoubleConsumer progress)
      throws IOException, InterruptedException {
    if (images.size() < 2 * HELD_OUT) {
      throw new IllegalArgumentException(
          "%d images to train on: expected at least %d".formatted(images.size(), 2 * HELD_OUT));
    }
    double l2 =
        options.l2().isPresent()
            ? options.l2().getAsDouble()
            : penalty(images, options, share -> progress.accept(0.9 * share));
    List<LinearHead> head = new ArrayList<>();
    LogisticRegression all = new LogisticRegression(images.features(), images.truth());
    // By a worker as well: on one core, so that its sums are rounded as elsewhere.
    new Workers(1, 1).run(List.of(l2).iterator(), all::fit, head::add);
    progress.accept(1);
    return new Result(head.get(0), l2);
  }

  private static double penalty(FeatureSet images, Options options, DoubleConsumer progress)
      throws IOException, InterruptedException {
    List<Integer> places = new ArrayList<>(IntStream.range(0, images.size()).boxed().toList());
    Collections.shuffle(places, new Random(options.seed()));
    int heldOut = images.size() / HELD_OUT;
    FeatureSet judging = images.subset(sorted(places.subList(0, heldOut)));
    FeatureSet fitting = images.subset(sorted(places.subList(heldOut, places.size())));
    LogisticRegression problem = new LogisticRegression(fitting.features(), fitting.truth());
    List<Trial> trials = new ArrayList<>();
    new Workers(options.threads(), 1)
        .run(
            Arrays.stream(PENALTIES).iterator(),
            l2 -> new Trial(l2, precision(problem.fit(l2), judging)),
            trial -> {
              trials.add(trial);
              progress.accept((double) trials.size() / PENALTIES.length);
            });
    return trials.stream()
        .filter(trial -> !Double.isNaN(trial.precision()))
        .max(Comparator.comparingDouble(Trial::precision).thenComparingDouble(Trial::l2))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "none of the images that choose the penalty shows a class: more images are needed, or a penalty"))
        .l2();
  }

  private static int[] sorted(List<Integer> places) {
    return places.stream().mapToInt(i -> i).sorted().toArray();
  }

  private static double precision(LinearHead head, FeatureSet images) {
    return HeadReport.meanAveragePrecision(scores(head, images), images.truth());
  }

  private static List<double[]> scores(LinearHead head, FeatureSet images) {
    return images.features().stream().map(head::scores).toList();
  }

  /** Judges a head on images that it was not trained on. */
  public static HeadReport judge(LinearHead head, FeatureSet images) {
    return HeadReport.of(images.classes(), scores(head, images), images.truth());
  }
}
