package org.gradcam4j.plan.node;

import java.util.Arrays;
import java.util.List;
import org.gradcam4j.kernel.Kernels;
import org.gradcam4j.kernel.Tensor;
import org.gradcam4j.plan.rule.Rule;

/**
 * The same numbers in space of other sizes: {@code [N, F]} or {@code [N, H, W, C]} to {@code [N,
 * H', W', C']}, in the order of the user's network.
 *
 * @param height rows
 * @param width columns
 * @param channels channels
 * @param channelsFirst whether numbers are in the order {@code [C, H, W]}, else {@code [H, W, C]}
 */
public record ReshapeNode(long height, long width, long channels, boolean channelsFirst)
    implements Node {
  @Override
  public long[] shape(List<long[]> inputs) {
    long[] in = inputs.get(0);
    if (Arrays.stream(in).reduce(1, (a, b) -> a * b) != height * width * channels) {
      throw Shapes.mismatch(
          "reshaping to " + Arrays.toString(new long[] {height, width, channels}), in);
    }
    return new long[] {height, width, channels};
  }

  @Override
  public Tensor forward(Kernels kernels, List<Tensor> inputs) {
    Tensor flat = new FlattenNode(channelsFirst).forward(kernels, inputs);
    return channelsFirst
        ? kernels.channelsLast(kernels.reshape(flat, flat.rows(), channels, height, width))
        : kernels.reshape(flat, flat.rows(), height, width, channels);
  }

  @Override
  public List<Tensor> backward(Visit visit, Rule rule) {
    Kernels kernels = visit.kernels();
    FlattenNode flatten = new FlattenNode(channelsFirst);
    Tensor flat = flatten.forward(kernels, List.of(visit.gradient()));
    return flatten.backward(
        new Visit(kernels, visit.inputs(), visit.output(), flat, visit.rows()), rule);
  }
}
