package org.gradcam4j;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradcam4j.method.Objective;
import org.gradcam4j.plan.node.YoloNode;

/**
 * What a network says of one image at one of its outputs: a score a class, a map of classes, or the
 * boxes of a YOLO detector.
 */
public final class NetworkOutput {
  private static final double SAME_OBJECT = 0.5;

  private final String name;
  private final int[] shape;
  private final double[] logits;
  private final double[] values;
  private final List<String> labels;
  private final List<YoloNode.Prior> priors;

  NetworkOutput(
      String name,
      int[] shape,
      double[] logits,
      double[] values,
      List<String> labels,
      List<YoloNode.Prior> priors) {
    this.name = name;
    this.shape = shape;
    this.logits = logits;
    this.values = values;
    this.priors = priors;
    this.labels = labels;
  }

  /**
   * An output of one score a class, as targets choose from it.
   *
   * @param logits the scores
   * @param labels the classes' names, empty where they have none
   */
  public static NetworkOutput ofClasses(double[] logits, List<String> labels) {
    double[] own = logits.clone();
    return new NetworkOutput(
        "output", new int[] {own.length}, own, own, List.copyOf(labels), List.of());
  }

  /** The output layer's name. */
  public String name() {
    return name;
  }

  /** {@code [classes]}, or {@code [C, H, W]}. */
  public int[] shape() {
    return shape.clone();
  }

  /** The scores before softmax or the like, in row-major order. */
  public double[] logits() {
    return logits.clone();
  }

  /** The output itself, in row-major order. */
  public double[] values() {
    return values.clone();
  }

  /** Whether it is one score a class. */
  public boolean isClasses() {
    return shape.length == 1;
  }

  /** Whether it is the boxes of a detector. */
  public boolean isDetections() {
    return !priors.isEmpty();
  }

  /** How many classes it knows; 1 for a map of one channel. */
  public int classes() {
    return isDetections() ? shape[0] / priors.size() - YoloNode.COORDINATES : shape[0];
  }

  /** A class's name, or its index where the network's classes have none. */
  public String label(int index) {
    return index < labels.size() ? labels.get(index) : Integer.toString(index);
  }

  /** The classes' names; empty where they have none. */
  public List<String> labels() {
    return labels;
  }

  /**
   * All scores as predictions, one a class.
   *
   * @throws IllegalArgumentException if the output is not one score a class
   */
  List<Prediction> predictions() {
    if (!isClasses()) {
      throw new IllegalArgumentException(
          "the network's output '" + name + "' has space: expected one score a class");
    }
    return IntStream.range(0, logits.length)
        .mapToObj(c -> new Prediction(c, label(c), logits[c], values[c]))
        .toList();
  }

  /**
   * The number that stands for a class: its score; at a map, the sum of its scores where it is the
   * predicted class (of one channel, where the output is above one half); at a detector, its score
   * at its strongest box.
   *
   * @throws IllegalArgumentException if there is no such class, or it is predicted nowhere
   */
  Objective ofClass(int index) {
    if (index < 0 || index >= classes()) {
      throw new IllegalArgumentException(
          "no class " + index + ": the network has classes 0 to " + (classes() - 1));
    }
    if (isDetections()) {
      return boxes(index, index + 1)
          .max(Comparator.comparingDouble(Detection::score))
          .orElseThrow()
          .objective();
    } else if (isClasses()) {
      return Objective.sum(label(index), OptionalInt.of(index), index);
    }
    int[] places = predictedAs(index);
    if (places.length == 0) {
      throw new IllegalArgumentException(
          "class '" + label(index) + "' is predicted nowhere in the image: name a region instead");
    }
    return Objective.sum(label(index), OptionalInt.of(index), places);
  }

  /** The classes from the strongest to the weakest: by score, by area, by the strongest box. */
  List<Objective> strongest(int count) {
    if (isDetections()) {
      return detections(0, count).stream().map(Detection::objective).toList();
    }
    double[] strength =
        isClasses()
            ? logits
            : IntStream.range(0, classes()).mapToDouble(c -> predictedAs(c).length).toArray();
    List<Objective> objectives =
        IntStream.range(0, strength.length)
            .boxed()
            .filter(c -> isClasses() || strength[c] > 0)
            .sorted(Comparator.comparingDouble(c -> -strength[c]))
            .limit(count)
            .map(this::ofClass)
            .toList();
    if (objectives.isEmpty()) {
      throw new IllegalArgumentException(
          "the network predicts nothing in the image: name a region instead");
    }
    return objectives;
  }

  /** Whether a place's score is above another's; of equals the first one's is. */
  private boolean isAbove(int place, int other) {
    return place <= other ? logits[place] >= logits[other] : logits[place] > logits[other];
  }

  /** Places of a map's numbers where the class is the predicted one, of equals the first. */
  private int[] predictedAs(int index) {
    int cells = shape[1] * shape[2];
    return IntStream.range(0, cells)
        .filter(
            cell ->
                shape[0] == 1
                    ? values[cell] > 0.5
                    : IntStream.range(0, shape[0])
                        .allMatch(c -> isAbove(index * cells + cell, c * cells + cell)))
        .map(cell -> index * cells + cell)
        .toArray();
  }

  /**
   * A detector's objects from the strongest to the weakest; of boxes of a class that overlap by
   * more than half of their union the strongest alone.
   *
   * @param least the least score, from 0 to 1
   * @param most how many at most
   * @throws IllegalArgumentException if the output is not a detector's
   */
  public List<Detection> detections(double least, int most) {
    if (!isDetections()) {
      throw new IllegalArgumentException("the network's output '" + name + "' has no boxes");
    }
    List<Detection> kept = new ArrayList<>();
    Iterator<Detection> candidates =
        boxes(0, classes())
            .filter(detection -> detection.score() >= least)
            .sorted(Comparator.comparingDouble(detection -> -detection.score()))
            .iterator();
    while (kept.size() < most && candidates.hasNext()) {
      Detection candidate = candidates.next();
      boolean seen =
          kept.stream()
              .anyMatch(
                  d ->
                      d.classIndex() == candidate.classIndex()
                          && d.overlap(candidate) > SAME_OBJECT);
      if (!seen) {
        kept.add(candidate);
      }
    }
    return kept;
  }

  /** All boxes of some classes. */
  private Stream<Detection> boxes(int fromClass, int toClass) {
    return IntStream.range(0, priors.size() * shape[1] * shape[2])
        .boxed()
        .flatMap(
            place ->
                IntStream.range(fromClass, toClass)
                    .mapToObj(
                        c ->
                            detection(
                                place / (shape[1] * shape[2]),
                                place / shape[2] % shape[1],
                                place % shape[2],
                                c)));
  }

  /** A class at a box. */
  Detection detection(int box, int row, int column, int index) {
    check("box", box, priors.size());
    check("row", row, shape[1]);
    check("column", column, shape[2]);
    check("class", index, classes());
    int cells = shape[1] * shape[2];
    int first = box * (YoloNode.COORDINATES + classes()) * cells + row * shape[2] + column;
    int confidence = first + 4 * cells;
    int score = first + (YoloNode.COORDINATES + index) * cells;
    String label = label(index);
    return new Detection(
        index,
        label,
        box,
        row,
        column,
        (column + values[first]) / shape[2],
        (row + values[first + cells]) / shape[1],
        values[first + 2 * cells] / shape[2],
        values[first + 3 * cells] / shape[1],
        values[confidence] * values[score],
        new Detection.ClassOfBox(
            label + " at row " + row + ", column " + column, index, score, confidence));
  }

  private static void check(String what, int index, int count) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "no " + what + " " + index + ": expected 0 to " + (count - 1));
    }
  }

  private IllegalArgumentException misfit(String what) {
    return new IllegalArgumentException(
        "%s: the network's output '%s' has %d x %d".formatted(what, name, shape[1], shape[2]));
  }

  /** The sum of a channel's scores over cells of a map. */
  Objective region(String label, int channel, boolean[][] cells) {
    if (isClasses()) {
      throw new IllegalArgumentException(
          "the network's output '" + name + "' has no space: expected a class, not a region");
    }
    check("channel", channel, shape[0]);
    if (cells.length != shape[1]) {
      throw misfit("a region of " + cells.length + " rows");
    }
    for (int row = 0; row < shape[1]; row++) {
      if (cells[row].length != shape[2]) {
        throw misfit("a region with row " + row + " of " + cells[row].length + " cells");
      }
    }
    int[] places =
        IntStream.range(0, shape[1] * shape[2])
            .filter(cell -> cells[cell / shape[2]][cell % shape[2]])
            .map(cell -> channel * shape[1] * shape[2] + cell)
            .toArray();
    if (places.length == 0) {
      throw new IllegalArgumentException("the region '" + label + "' is empty");
    }
    return Objective.sum(label, OptionalInt.empty(), places);
  }
}
