package org.gradcam4j.evaluation.shapes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.evaluation.AveragePrecision;
import org.gradcam4j.image.Upsampling;
import org.gradcam4j.method.Counterfactual;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.Method;
import org.gradcam4j.zoo.NetworkAdapter.LoadedNetwork;

/**
 * What a network for scenes is worth on scenes that it never saw: whether it names what is there,
 * and whether its Grad-CAM maps at the default layer lie where it is.
 *
 * <p>Maps are judged in scenes of two classes, for both classes, whatever the network predicts.
 *
 * @param seed of the scenes
 * @param scenes how many were ranked
 * @param averagePrecision of each class, 0 to 1; NaN of one that no scene shows
 * @param gradCam where Grad-CAM's maps lie
 * @param counterfactual where counterfactual maps lie
 */
public record ShapesReport(
    long seed,
    int scenes,
    Map<String, Double> averagePrecision,
    Placement gradCam,
    Placement counterfactual) {

  private static final int BATCH = 50;

  /** Copies the map in its order. */
  public ShapesReport {
    averagePrecision = Collections.unmodifiableMap(new LinkedHashMap<>(averagePrecision));
  }

  /**
   * Where maps lie, each scaled to a largest value of 1 and upsampled to the scene's size. Shares
   * and means are NaN where there is nothing to count.
   *
   * @param maps how many there are: two a scene of two classes
   * @param empty how many are zero everywhere; they hit nothing
   * @param maximumInOwn the share of maps whose largest value is in a box of their class
   * @param maximumInOther the share whose largest value is in a box of the other class and in none
   *     of their own
   * @param meanInOwn the mean value over the pixels of the class's boxes
   * @param meanInOther over the pixels of the other class's boxes alone
   * @param meanElsewhere over the pixels outside of all boxes
   */
  public record Placement(
      int maps,
      int empty,
      double maximumInOwn,
      double maximumInOther,
      double meanInOwn,
      double meanInOther,
      double meanElsewhere) {}

  /**
   * Judges a network on the first scenes of a seed.
   *
   * @param scenes how many are ranked
   * @param mapped of how many scenes of two classes maps are made; fewer, if there are fewer
   */
  public static ShapesReport of(LoadedNetwork network, long seed, int scenes, int mapped) {
    Tally gradCam = new Tally();
    Tally counterfactual = new Tally();
    double[][] scores = new double[SceneGenerator.CLASSES.size()][scenes];
    boolean[][] shown = new boolean[SceneGenerator.CLASSES.size()][scenes];
    try (Explainer explainer = network.explainer()) {
      int left = mapped;
      for (int first = 0; first < scenes; first += BATCH) {
        List<Scene> batch =
            IntStream.range(first, Math.min(scenes, first + BATCH))
                .parallel()
                .mapToObj(i -> SceneGenerator.scene(seed, i))
                .toList();
        List<NetworkInput> inputs = batch.stream().map(s -> explainer.input(s.image())).toList();
        List<List<Prediction>> predictions = explainer.predict(inputs);
        for (int i = 0; i < batch.size(); i++) {
          Scene scene = batch.get(i);
          for (int c = 0; c < scores.length; c++) {
            scores[c][first + i] = predictions.get(i).get(c).logit();
            shown[c][first + i] = scene.classNames().contains(SceneGenerator.CLASSES.get(c));
          }
          if (left > 0 && scene.classNames().size() == 2) {
            left--;
            explain(explainer, inputs.get(i), scene, new GradCam(), gradCam);
            explain(explainer, inputs.get(i), scene, new Counterfactual(), counterfactual);
          }
        }
      }
    }
    Map<String, Double> precisions = new LinkedHashMap<>();
    for (int c = 0; c < scores.length; c++) {
      precisions.put(SceneGenerator.CLASSES.get(c), AveragePrecision.of(scores[c], shown[c]));
    }
    return new ShapesReport(
        seed, scenes, precisions, gradCam.placement(), counterfactual.placement());
  }

  private static void explain(
      Explainer explainer, NetworkInput input, Scene scene, Method method, Tally tally) {
    List<Target> targets = scene.classNames().stream().map(Target::label).toList();
    for (Explanation e : explainer.explain(List.of(input), List.of(method), targets)) {
      tally.add(scene, e.target().label(), e.upsampled(Upsampling.HALF_PIXEL_BILINEAR));
    }
  }

  /** The mean of the classes' average precisions; of a class that no scene shows, nothing. */
  public double meanAveragePrecision() {
    return averagePrecision.values().stream()
        .filter(ap -> !ap.isNaN())
        .mapToDouble(ap -> ap)
        .average()
        .orElse(Double.NaN);
  }

  /** The figures, line by line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        line("mean average precision on %d held-out scenes: %.4f", scenes, meanAveragePrecision()));
    averagePrecision.forEach((name, ap) -> lines.add(line("  %-9s %.4f", name, ap)));
    lines.addAll(lines("grad-cam", gradCam));
    lines.addAll(lines("counterfactual", counterfactual));
    return lines;
  }

  private static List<String> lines(String method, Placement p) {
    return List.of(
        line(
            "%s, %d maps of scenes of two classes (%d empty): maximum in a box of the class %.1f %%,"
                + " of the other class %.1f %%",
            method, p.maps, p.empty, 100 * p.maximumInOwn, 100 * p.maximumInOther),
        line(
            "  mean value in the class's boxes %.3f, in the other's %.3f, elsewhere %.3f",
            p.meanInOwn, p.meanInOther, p.meanElsewhere));
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Counts maps. */
  private static final class Tally {
    private int maps;
    private int empty;
    private int own;
    private int other;
    private final double[] sums = new double[3];
    private final long[] pixels = new long[3];

    void add(Scene scene, String name, float[] map) {
      int width = scene.image().width();
      int best = 0;
      for (int i = 1; i < map.length; i++) {
        best = map[i] > map[best] ? i : best;
      }
      maps++;
      int[] where = new int[map.length];
      for (int i = 0; i < map.length; i++) {
        where[i] = place(scene, name, i % width, i / width);
        pixels[where[i]]++;
      }
      if (!(map[best] > 0)) {
        empty++;
        return;
      }
      own += where[best] == 0 ? 1 : 0;
      other += where[best] == 1 ? 1 : 0;
      for (int i = 0; i < map.length; i++) {
        sums[where[i]] += map[i] / map[best];
      }
    }

    /** 0 in the class's boxes, else 1 in the other's, else 2. */
    private static int place(Scene scene, String name, int x, int y) {
      if (scene.boxContains(name, x, y)) {
        return 0;
      }
      return scene.objects().stream().anyMatch(o -> o.contains(x, y)) ? 1 : 2;
    }

    Placement placement() {
      return new Placement(
          maps,
          empty,
          (double) own / maps,
          (double) other / maps,
          sums[0] / pixels[0],
          sums[1] / pixels[1],
          sums[2] / pixels[2]);
    }
  }
}
