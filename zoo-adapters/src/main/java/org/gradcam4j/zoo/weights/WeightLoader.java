package org.gradcam4j.zoo.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.kernel.Nd4jTensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes named arrays into a graph's parameters, which are {@code [out, in, kH, kW]} for
 * convolutions and {@code [in, out]} for dense layers, from a file of either order of {@link Axes}.
 * Where the file flattened activations in another order than the graph does, the rows of the dense
 * layer that follows are permuted.
 *
 * <p>Names and shapes are all checked before the first number is written.
 */
public final class WeightLoader {
  private static final int CHUNK = 1 << 20;
  private static final int SHOWN = 5;

  private WeightLoader() {}

  /**
   * A parameter and the array it comes from.
   *
   * @param parameter a view of it in the array's order of elements
   * @param expected the array's shape
   * @param from the first element of the array that is the parameter's
   */
  private record Assignment(INDArray parameter, String array, long[] expected, long from) {}

  /**
   * Loads all parameters of a graph.
   *
   * @throws IOException if an array is missing, has another shape or is left over, saying which, or
   *     if the file cannot be read
   */
  public static void load(ComputationGraph graph, WeightNames names, NamedArrays arrays)
      throws IOException {
    load(assignments(graph, names, arrays.axes()), names, arrays, false);
  }

  /**
   * Loads all parameters of a graph that is a part of the network whose file it is.
   *
   * @throws IOException if an array is missing or has another shape, saying which, or if the file
   *     cannot be read
   */
  public static void loadPart(ComputationGraph part, WeightNames names, NamedArrays arrays)
      throws IOException {
    load(assignments(part, names, arrays.axes()), names, arrays, true);
  }

  private static void load(
      List<Assignment> assignments, WeightNames names, NamedArrays arrays, boolean part)
      throws IOException {
    Set<String> left = check(assignments, names, arrays);
    if (!part && !left.isEmpty()) {
      throw new IOException(
          "weights file %s holds %d arrays that the network does not have: %s"
              .formatted(arrays.file(), left.size(), some(left)));
    }
    for (Assignment assignment : assignments) {
      copy(assignment.parameter(), arrays, assignment.array(), assignment.from());
    }
  }

  /**
   * A graph's parameters by the names that {@link #load} expects, {@link Axes#OUT_FIRST}; views,
   * not copies. Of a network whose layers each have arrays of their own.
   */
  public static Map<String, INDArray> arrays(ComputationGraph graph, WeightNames names) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (Assignment assignment : assignments(graph, names, Axes.OUT_FIRST)) {
      if (!Arrays.equals(assignment.expected(), assignment.parameter().shape())) {
        throw new IllegalArgumentException(
            "'" + assignment.array() + "' is not one layer's as it lies: it cannot be written");
      }
      arrays.put(assignment.array(), assignment.parameter());
    }
    return arrays;
  }

  /** Whether the file holds the first array that the names ask for. */
  public static boolean matches(ComputationGraph graph, WeightNames names, NamedArrays arrays) {
    return arrays.names().contains(assignments(graph, names, arrays.axes()).get(0).array());
  }

  /** How many of the arrays that the names ask for the file holds. */
  public static long found(ComputationGraph graph, WeightNames names, NamedArrays arrays) {
    return assignments(graph, names, arrays.axes()).stream()
        .filter(assignment -> arrays.names().contains(assignment.array()))
        .count();
  }

  private static List<Assignment> assignments(
      ComputationGraph graph, WeightNames names, Axes axes) {
    List<Assignment> assignments = new ArrayList<>();
    for (Layer layer : graph.getLayers()) {
      WeightNames.Source source = names.source(layer.conf().getLayer().getLayerName());
      layer
          .paramTable()
          .forEach(
              (key, parameter) -> {
                String array = source.array(suffix(layer, key));
                INDArray view = inOrder(graph, layer, key, parameter, axes);
                assignments.add(assignment(array, view, parameter, source, axes));
              });
    }
    return assignments;
  }

  private static String suffix(Layer layer, String key) {
    return switch (key) {
      case "W", "gamma" -> "weight";
      case "b", "beta" -> "bias";
      case "mean" -> "running_mean";
      case "var" -> "running_var";
      default ->
          throw new IllegalArgumentException(
              "no published array for parameter " + key + " of " + layer.conf().getLayer());
    };
  }

  private static Assignment assignment(
      String array, INDArray view, INDArray parameter, WeightNames.Source source, Axes axes) {
    long[] expected = view.shape().clone();
    if (view.rank() == 4 && parameter.rank() == 2) {
      // A dense layer after a flattening: its rows are one axis in the file.
      expected =
          axes == Axes.OUT_LAST
              ? parameter.shape().clone()
              : new long[] {parameter.size(1), parameter.size(0)};
    }
    if (source.parts() > 1 && axes == Axes.OUT_LAST && view.rank() > 1) {
      throw new IllegalArgumentException(
          "'" + array + "' belongs to several layers: it can only be read with outputs first");
    }
    expected[0] *= source.parts();
    return new Assignment(view, array, expected, source.part() * view.length());
  }

  /** A view of a parameter in the order of elements that the file has. */
  private static INDArray inOrder(
      ComputationGraph graph, Layer layer, String key, INDArray parameter, Axes axes) {
    boolean vector = key.equals("b") || layer.conf().getLayer() instanceof BatchNormalization;
    if (vector) {
      return parameter.reshape(parameter.length());
    }
    if (parameter.rank() != 2) {
      return axes == Axes.OUT_FIRST ? parameter : parameter.permute(2, 3, 1, 0);
    }
    CnnToFeedForwardPreProcessor flattening =
        flattening(graph.getConfiguration(), layer.conf().getLayer().getLayerName());
    boolean channelsFirst = flattening == null || flattening.getFormat() == CNN2DFormat.NCHW;
    if (flattening != null && channelsFirst != (axes == Axes.OUT_FIRST)) {
      return unflattened(parameter, flattening, axes);
    }
    return axes == Axes.OUT_FIRST ? parameter.transpose() : parameter;
  }

  /** What flattens a layer's input; null if nothing does. */
  private static CnnToFeedForwardPreProcessor flattening(
      ComputationGraphConfiguration graph, String layer) {
    InputPreProcessor preprocessor = null;
    boolean elementwise = true;
    for (String name = layer; elementwise && preprocessor == null; ) {
      GraphVertex vertex = graph.getVertices().get(name);
      if (vertex instanceof LayerVertex v) {
        preprocessor = v.getPreProcessor();
      } else if (vertex instanceof PreprocessorVertex v) {
        preprocessor = v.getPreProcessor();
      }
      name = graph.getVertexInputs().getOrDefault(name, List.of("")).get(0);
      elementwise = isElementwise(graph.getVertices().get(name));
    }
    return preprocessor instanceof CnnToFeedForwardPreProcessor flattening ? flattening : null;
  }

  /** Whether a flattening may lie behind a vertex. */
  private static boolean isElementwise(GraphVertex vertex) {
    return vertex instanceof PreprocessorVertex
        || vertex instanceof LayerVertex v
            && (v.getLayerConf().getLayer() instanceof DropoutLayer
                || v.getLayerConf().getLayer() instanceof ActivationLayer);
  }

  /**
   * A dense layer's weights {@code [in, out]} as the file's {@code [H, W, C, out]} or {@code [out,
   * C, H, W]}, whichever the graph does not have.
   */
  private static INDArray unflattened(
      INDArray weights, CnnToFeedForwardPreProcessor flattening, Axes axes) {
    long channels = flattening.getNumChannels();
    long height = flattening.getInputHeight();
    long width = flattening.getInputWidth();
    long out = weights.size(1);
    if (channels * height * width != weights.size(0)) {
      throw new IllegalArgumentException(
          "a layer with %d inputs follows a flattening of [%d, %d, %d]"
              .formatted(weights.size(0), channels, height, width));
    }
    long row = weights.stride(0);
    long column = weights.stride(1);
    boolean outLast = axes == Axes.OUT_LAST;
    long[] shape =
        outLast
            ? new long[] {height, width, channels, out}
            : new long[] {out, channels, height, width};
    long[] strides =
        outLast
            ? new long[] {width * row, row, height * width * row, column}
            : new long[] {column, row, width * channels * row, channels * row};
    return Nd4j.create(weights.data(), shape, strides, weights.offset(), weights.ordering());
  }

  /** Checks names and shapes; returns the names that are left over. */
  private static Set<String> check(
      List<Assignment> assignments, WeightNames names, NamedArrays arrays) throws IOException {
    Set<String> left = new TreeSet<>(arrays.names());
    left.removeIf(names::isUnused);
    List<String> missing = new ArrayList<>();
    for (Assignment assignment : assignments) {
      String array = assignment.array();
      if (!arrays.names().contains(array)) {
        missing.add(array);
        continue;
      }
      left.remove(array);
      if (!fits(arrays.shape(array), assignment.expected())) {
        throw new IOException(
            "weights file %s: '%s' has shape %s, the network needs %s"
                .formatted(
                    arrays.file(),
                    array,
                    Arrays.toString(arrays.shape(array)),
                    Arrays.toString(assignment.expected())));
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          "weights file %s lacks %d of the network's arrays (%s): %s"
              .formatted(
                  arrays.file(), missing.size(), names.publisher() + "'s names", some(missing)));
    }
    return left;
  }

  /**
   * Dense weights {@code [out, in]} may lie as those of a convolution, {@code [out, C, size,
   * size]}, whose elements are in the same order.
   */
  private static boolean fits(long[] shape, long[] expected) {
    if (shape.length != 4 || expected.length != 2) {
      return Arrays.equals(shape, expected);
    }
    return shape[0] == expected[0]
        && shape[2] == shape[3]
        && shape[1] * shape[2] * shape[3] == expected[1];
  }

  private static String some(Collection<String> names) {
    return names.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (names.size() > SHOWN ? ", ..." : "");
  }

  /** Fills a view with the elements of an array from {@code from} on. */
  private static void copy(INDArray view, NamedArrays arrays, String array, long from)
      throws IOException {
    long rows = view.size(0);
    long rowSize = view.length() / rows;
    if (rowSize > CHUNK) {
      for (long row = 0; row < rows; row++) {
        copy(row(view, row), arrays, array, from + row * rowSize);
      }
      return;
    }
    int rowsAtOnce = (int) Math.min(rows, CHUNK / rowSize);
    for (long row = 0; row < rows; row += rowsAtOnce) {
      long count = Math.min(rowsAtOnce, rows - row);
      double[] values = arrays.read(array, from + row * rowSize, (int) (count * rowSize));
      long[] shape = view.shape().clone();
      shape[0] = count;
      Nd4jTensor.rows(view, row, count).assign(Nd4j.create(values, shape, 'c'));
    }
  }

  /** A view of one element of the first axis, without that axis. */
  private static INDArray row(INDArray array, long row) {
    int rank = array.rank();
    return Nd4j.create(
        array.data(),
        Arrays.copyOfRange(array.shape(), 1, rank),
        Arrays.copyOfRange(array.stride(), 1, rank),
        array.offset() + row * array.stride(0),
        array.ordering());
  }
}
