package org.gradcam4j;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.gradcam4j.method.Objective;
import org.gradcam4j.text.Names;

/**
 * What is explained of an image: which number that the network says of it.
 *
 * <p>A class means its score; at a segmentation's map the sum of its scores where it is the
 * predicted class (Vinogradova et al. 2020); at a YOLO detector its score at its strongest box.
 */
public interface Target {

  /**
   * The numbers that it means for an image, at least one.
   *
   * @param output what the network says of the image
   * @throws IllegalArgumentException if the network has no such class or place, saying which it has
   */
  List<Objective> objectives(NetworkOutput output);

  /** The network's output that it is of; empty for the first. */
  default Optional<String> output() {
    return Optional.empty();
  }

  /** The class of the highest score: {@link #top} of 1. */
  static Target topPredicted() {
    return top(1);
  }

  /**
   * The k classes of the highest scores, highest first; all, if there are fewer. At a map those of
   * the largest areas, at a detector the k strongest objects.
   */
  static Target top(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("top " + k + ": expected at least 1");
    }
    return output -> output.strongest(k);
  }

  /** The class with this index, from 0. */
  static Target classIndex(int index) {
    return output -> List.of(output.ofClass(index));
  }

  /** The class with this name, without regard to case; where several have it, all of them. */
  static Target label(String name) {
    return output -> {
      List<String> labels = output.labels();
      List<Objective> found =
          IntStream.range(0, labels.size())
              .filter(c -> labels.get(c).equalsIgnoreCase(name))
              .mapToObj(output::ofClass)
              .toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            labels.isEmpty()
                ? "class '" + name + "': the network's classes have no names, give an index"
                : "no class '" + name + "'; " + Names.suggest(name, labels));
      }
      return found;
    };
  }

  /**
   * One cell of one channel of an output with space: its score.
   *
   * @param channel from 0, for a segmentation the class
   * @param row from 0, of the output
   * @param column from 0, of the output
   */
  static Target cell(int channel, int row, int column) {
    return output -> {
      if (output.isClasses()) {
        throw new IllegalArgumentException(
            "the network's output '" + output.name() + "' has no space: expected a class");
      }
      int[] shape = output.shape();
      if (row < 0 || row >= shape[1] || column < 0 || column >= shape[2]) {
        throw new IllegalArgumentException(
            "no cell (%d, %d): the network's output '%s' has %d x %d"
                .formatted(row, column, output.name(), shape[1], shape[2]));
      }
      boolean[][] cells = new boolean[shape[1]][shape[2]];
      cells[row][column] = true;
      String label = "channel " + channel + " at row " + row + ", column " + column;
      return List.of(output.region(label, channel, cells));
    };
  }

  /**
   * A region of one channel of an output with space: the sum of its scores there.
   *
   * @param label what to call it
   * @param channel from 0, for a segmentation the class
   * @param cells {@code [H][W]} of the output, true inside
   */
  static Target region(String label, int channel, boolean[][] cells) {
    boolean[][] own = Arrays.stream(cells).map(boolean[]::clone).toArray(boolean[][]::new);
    return output -> List.of(output.region(label, channel, own));
  }

  /**
   * A class at one box of a cell of a YOLO detector, as {@link Detection} numbers them; of a {@link
   * NetworkOutput#detections detection} at hand {@link #of} takes its objective.
   *
   * @param box which of the cell's boxes, from 0
   * @param row the cell's row, from 0
   * @param column the cell's column, from 0
   * @param classIndex the class, from 0
   */
  static Target box(int box, int row, int column, int classIndex) {
    return output -> {
      if (!output.isDetections()) {
        throw new IllegalArgumentException(
            "the network's output '" + output.name() + "' has no boxes");
      }
      return List.of(output.detection(box, row, column, classIndex).objective());
    };
  }

  /** A number of the caller's own. */
  static Target of(Objective objective) {
    return output -> List.of(objective);
  }

  /** What the target means at the output of that name, where it is not the first. */
  static Target at(String outputName, Target target) {
    return new Target() {
      @Override
      public List<Objective> objectives(NetworkOutput output) {
        return target.objectives(output);
      }

      @Override
      public Optional<String> output() {
        return Optional.of(outputName);
      }
    };
  }
}
