package org.gradcam4j.evaluation.head;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradcam4j.evaluation.AveragePrecision;
import org.gradcam4j.evaluation.metric.Bootstrap;

/**
 * How well a head's scores rank images: average precision, for each class and their mean. An image
 * does not count for a class of which it shows difficult objects alone.
 *
 * @param classes one a class
 * @param images how many images there were
 * @param interval of 95 % for the mean, images drawn anew
 */
public record HeadReport(List<ClassReport> classes, int images, Bootstrap.Interval interval) {
  /**
   * A class's figures.
   *
   * @param name the class
   * @param shown how many images show it
   * @param counted how many images count for it
   * @param averagePrecision area under the curve, 0 to 1; NaN where no image shows it
   * @param elevenPoints the same as VOC 2007 computed it
   */
  public record ClassReport(
      String name, int shown, int counted, double averagePrecision, double elevenPoints) {}

  /** Copies the list. */
  public HeadReport {
    classes = List.copyOf(classes);
  }

  /** One class's images, ranked. */
  private record Ranking(int[] images, AveragePrecision precision) {
    static Ranking of(int classIndex, List<double[]> scores, List<Truth[]> truth) {
      int[] images =
          IntStream.range(0, truth.size())
              .filter(i -> truth.get(i)[classIndex] != Truth.IGNORED)
              .toArray();
      boolean[] shown = new boolean[images.length];
      for (int i = 0; i < images.length; i++) {
        shown[i] = truth.get(images[i])[classIndex] == Truth.SHOWN;
      }
      double[] own = Arrays.stream(images).mapToDouble(i -> scores.get(i)[classIndex]).toArray();
      return new Ranking(images, new AveragePrecision(own, shown));
    }

    double area(int[] drawn) {
      return precision.area(Arrays.stream(images).map(i -> drawn[i]).toArray());
    }
  }

  /**
   * Judges scores.
   *
   * @param names the classes
   * @param scores for each image, one a class
   * @param truth for each image, one a class
   */
  static HeadReport of(List<String> names, List<double[]> scores, List<Truth[]> truth) {
    List<Ranking> rankings = rankings(names.size(), scores, truth);
    int[] once = new int[truth.size()];
    Arrays.fill(once, 1);
    List<ClassReport> classes = new ArrayList<>();
    for (int c = 0; c < names.size(); c++) {
      int own = c;
      Ranking ranking = rankings.get(c);
      classes.add(
          new ClassReport(
              names.get(c),
              (int) truth.stream().filter(image -> image[own] == Truth.SHOWN).count(),
              ranking.images().length,
              ranking.area(once),
              ranking.precision().elevenPoints()));
    }
    return new HeadReport(
        classes, truth.size(), Bootstrap.interval(truth.size(), drawn -> mean(rankings, drawn)));
  }

  private static List<Ranking> rankings(int classes, List<double[]> scores, List<Truth[]> truth) {
    return IntStream.range(0, classes).mapToObj(c -> Ranking.of(c, scores, truth)).toList();
  }

  private static double mean(List<Ranking> rankings, int[] drawn) {
    return mean(rankings.stream().mapToDouble(ranking -> ranking.area(drawn)).toArray());
  }

  /** The mean average precision alone, 0 to 1: of the classes that some image shows. */
  static double meanAveragePrecision(List<double[]> scores, List<Truth[]> truth) {
    int[] once = new int[truth.size()];
    Arrays.fill(once, 1);
    return mean(rankings(truth.get(0).length, scores, truth), once);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
  }

  /** The mean of the classes' average precisions, 0 to 1, of those that some image shows. */
  public double meanAveragePrecision() {
    return mean(classes.stream().mapToDouble(ClassReport::averagePrecision).toArray());
  }

  /** The same as VOC 2007 computed it. */
  public double meanElevenPoints() {
    return mean(classes.stream().mapToDouble(ClassReport::elevenPoints).toArray());
  }
}
