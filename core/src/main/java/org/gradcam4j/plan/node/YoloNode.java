package org.gradcam4j.plan.node;

import java.util.ArrayList;
import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * The activation of a YOLOv2 detector, {@code [N, H, W, B (5 + classes)]}: for each of B boxes of a
 * cell, centre by sigmoid, size by {@code prior exp(x)}, confidence by sigmoid, classes by softmax.
 *
 * <p>Redmon and Farhadi, YOLO9000: Better, Faster, Stronger, CVPR 2017.
 *
 * @param priors width and height of each box in cells
 */
public record YoloNode(List<Prior> priors) implements Node {
  /** Channels of a box before its classes: centre, size, confidence. */
  public static final int COORDINATES = 5;

  /**
   * A box's size before the network scales it, in cells.
   *
   * @param width its columns
   * @param height its rows
   */
  public record Prior(double width, double height) {}

  /** Copies the list. */
  public YoloNode {
    priors = List.copyOf(priors);
  }

  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    if (in.length != 3 || in[2] % priors.size() != 0 || in[2] / priors.size() <= COORDINATES) {
      throw Shapes.mismatch("a detector of " + priors.size() + " boxes a cell", in);
    }
    return in;
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int size = x.channels() / priors.size();
    List<Tensor> parts = new ArrayList<>();
    for (int box = 0; box < priors.size(); box++) {
      int from = box * size;
      Prior prior = priors.get(box);
      parts.add(kernels.sigmoid(kernels.channels(x, from, 2)));
      parts.add(kernels.map(kernels.channels(x, from + 2, 1), v -> prior.width() * Math.exp(v)));
      parts.add(kernels.map(kernels.channels(x, from + 3, 1), v -> prior.height() * Math.exp(v)));
      parts.add(kernels.sigmoid(kernels.channels(x, from + 4, 1)));
      parts.add(kernels.softmax(kernels.channels(x, from + COORDINATES, size - COORDINATES)));
    }
    return kernels.concatenate(parts.toArray(Tensor[]::new));
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    return List.of(rule.other(visit, () -> gradient(visit)));
  }

  /** Each part's derivative is a function of the output. */
  private Tensor gradient(Visit visit) {
    Kernels kernels = visit.kernels();
    Tensor y = visit.output();
    Tensor gradient = visit.gradient();
    int[] rows = visit.rows();
    int size = y.channels() / priors.size();
    List<Tensor> parts = new ArrayList<>();
    for (int box = 0; box < priors.size(); box++) {
      int from = box * size;
      parts.add(sigmoid(visit, from, 2));
      parts.add(
          kernels.multiply(
              kernels.channels(y, from + 2, 2), kernels.channels(gradient, from + 2, 2), rows));
      parts.add(sigmoid(visit, from + 4, 1));
      int classes = size - COORDINATES;
      parts.add(
          kernels.softmaxGradient(
              kernels.channels(y, from + COORDINATES, classes),
              kernels.channels(gradient, from + COORDINATES, classes),
              rows));
    }
    return kernels.concatenate(parts.toArray(Tensor[]::new));
  }

  private static Tensor sigmoid(Visit visit, int from, int count) {
    Kernels kernels = visit.kernels();
    Tensor y = kernels.channels(visit.output(), from, count);
    return kernels.multiply(
        kernels.map(y, v -> v * (1 - v)),
        kernels.channels(visit.gradient(), from, count),
        visit.rows());
  }

  @Override
  public boolean readsOutput() {
    return true;
  }
}
