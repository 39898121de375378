package org.gradcam4j.plan;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.gradcam4j.plan.node.AddNode;
import org.gradcam4j.plan.node.ConcatenateNode;
import org.gradcam4j.plan.node.CroppingNode;
import org.gradcam4j.plan.node.IdentityNode;
import org.gradcam4j.plan.node.L2NormalizationNode;
import org.gradcam4j.plan.node.MaximumNode;
import org.gradcam4j.plan.node.Node;
import org.gradcam4j.plan.node.ProductNode;
import org.gradcam4j.plan.node.ScaleNode;
import org.gradcam4j.plan.node.ShiftNode;
import org.gradcam4j.plan.node.StackNode;
import org.gradcam4j.plan.node.SubsetNode;
import org.gradcam4j.plan.node.SubtractNode;
import org.gradcam4j.plan.node.UnstackNode;

/** Reads Deeplearning4j's vertices other than layers into nodes. */
final class VertexReader {
  private VertexReader() {}

  /**
   * The nodes of a vertex.
   *
   * @param sources how many inputs it has
   * @param channelsLast whether the network's data are {@code [N, H, W, C]}
   * @throws Uncovered if there is none
   */
  static List<Part> parts(GraphVertex vertex, int sources, boolean channelsLast) {
    if (vertex instanceof PreprocessorVertex preprocess) {
      return LayerReader.preprocessor("", preprocess.getPreProcessor());
    } else if (vertex instanceof ElementWiseVertex elementWise) {
      return elementWise(elementWise.getOp(), sources);
    }
    return List.of(Part.last(node(vertex, channelsLast)));
  }

  private static List<Part> elementWise(ElementWiseVertex.Op op, int sources) {
    if (sources == 1) {
      return List.of(Part.last(new IdentityNode()));
    }
    return switch (op) {
      case Add -> List.of(Part.last(new AddNode()));
      case Subtract -> List.of(Part.last(new SubtractNode()));
      case Product -> List.of(Part.last(new ProductNode()));
      case Max -> List.of(Part.last(new MaximumNode()));
      case Average ->
          List.of(new Part(":sum", new AddNode()), Part.last(new ScaleNode(1.0 / sources)));
    };
  }

  private static Node node(GraphVertex vertex, boolean channelsLast) {
    if (vertex instanceof MergeVertex merge) {
      // DL4J moves the axis with the data format: 1 is channels in [N, C, H, W] and features in
      // [N, F], 3 is channels in [N, H, W, C]; Keras's -1 is the last of either.
      int axis = merge.getMergeAxis();
      if (axis != 1 && !(channelsLast && (axis == 3 || axis == -1))) {
        throw new Uncovered("merge along axis " + axis);
      }
      return new ConcatenateNode();
    } else if (vertex instanceof SubsetVertex subset) {
      if (channelsLast) {
        throw new Uncovered("subset of rows of a [N, H, W, C] array");
      }
      return new SubsetNode(subset.getFrom(), subset.getTo() - subset.getFrom() + 1);
    } else if (vertex instanceof StackVertex) {
      return new StackNode();
    } else if (vertex instanceof UnstackVertex unstack) {
      return new UnstackNode(unstack.getFrom(), unstack.getStackSize());
    } else if (vertex instanceof ScaleVertex scale) {
      return new ScaleNode(scale.getScaleFactor());
    } else if (vertex instanceof ShiftVertex shift) {
      return new ShiftNode(shift.getShiftFactor());
    } else if (vertex instanceof L2NormalizeVertex normalize) {
      int[] axes = normalize.getDimension();
      boolean all = axes == null || axes.length == 0 || Arrays.equals(axes, new int[] {1, 2, 3});
      if (!all && !Arrays.equals(axes, new int[] {1})) {
        throw new Uncovered("L2 normalisation over axes " + Arrays.toString(axes));
      }
      return new L2NormalizationNode(normalize.getEps(), !all);
    } else if (vertex instanceof ReshapeVertex reshape && reshape.getReshapeOrder() == 'c') {
      long[] sizes = Arrays.stream(reshape.getNewShape()).asLongStream().toArray();
      return LayerReader.reshaped(sizes, true, !channelsLast);
    } else if (vertex instanceof PoolHelperVertex) {
      return new CroppingNode(1, 0, 1, 0);
    }
    throw new Uncovered(vertex.getClass().getSimpleName());
  }
}
