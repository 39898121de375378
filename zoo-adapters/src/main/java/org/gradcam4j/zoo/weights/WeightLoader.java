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
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.kernel.Nd4jTensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes named arrays into a graph's parameters: convolution weights {@code [out, in, kH, kW]} as
 * they are, dense weights {@code [out, in]} transposed into Deeplearning4j's {@code [in, out]}.
 *
 * <p>Names and shapes are all checked before the first number is written.
 */
public final class WeightLoader {
  private static final int CHUNK = 1 << 20;
  private static final int SHOWN = 5;

  private WeightLoader() {}

  /** A parameter, seen as {@code [out, ...]}, and the array it comes from. */
  private record Assignment(INDArray parameter, String array, int part, int parts) {
    long[] expected() {
      long[] shape = parameter.shape().clone();
      shape[0] *= parts;
      return shape;
    }
  }

  /**
   * Loads all parameters of a graph.
   *
   * @throws IOException if an array is missing, has another shape or is left over, saying which, or
   *     if the file cannot be read
   */
  public static void load(ComputationGraph graph, WeightNames names, NamedArrays arrays)
      throws IOException {
    List<Assignment> assignments = assignments(graph, names);
    check(assignments, names, arrays);
    for (Assignment assignment : assignments) {
      copy(assignment, arrays);
    }
  }

  /**
   * A graph's parameters by the names and in the order of axes that {@link #load} expects; views,
   * not copies. Of a network whose layers each have arrays of their own.
   */
  public static Map<String, INDArray> arrays(ComputationGraph graph, WeightNames names) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (Assignment assignment : assignments(graph, names)) {
      if (assignment.parts() != 1) {
        throw new IllegalArgumentException(
            "'" + assignment.array() + "' belongs to several layers: it cannot be written");
      }
      arrays.put(assignment.array(), assignment.parameter());
    }
    return arrays;
  }

  /** Whether the file holds the first array that the names ask for. */
  public static boolean matches(ComputationGraph graph, WeightNames names, NamedArrays arrays) {
    return arrays.names().contains(assignments(graph, names).get(0).array());
  }

  private static List<Assignment> assignments(ComputationGraph graph, WeightNames names) {
    List<Assignment> assignments = new ArrayList<>();
    for (Layer layer : graph.getLayers()) {
      WeightNames.Source source = names.source(layer.conf().getLayer().getLayerName());
      String prefix = source.prefix();
      layer
          .paramTable()
          .forEach(
              (key, parameter) ->
                  assignments.add(
                      new Assignment(
                          outFirst(layer, key, parameter),
                          prefix + "." + suffix(layer, key),
                          source.part(),
                          source.parts())));
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

  private static INDArray outFirst(Layer layer, String key, INDArray parameter) {
    boolean vector = key.equals("b") || layer.conf().getLayer() instanceof BatchNormalization;
    if (vector) {
      return parameter.reshape(parameter.length());
    }
    return parameter.rank() == 2 ? parameter.transpose() : parameter;
  }

  private static void check(List<Assignment> assignments, WeightNames names, NamedArrays arrays)
      throws IOException {
    Set<String> left = new TreeSet<>(arrays.names());
    List<String> missing = new ArrayList<>();
    for (Assignment assignment : assignments) {
      String array = assignment.array();
      if (!arrays.names().contains(array)) {
        missing.add(array);
        continue;
      }
      left.remove(array);
      if (!Arrays.equals(assignment.expected(), arrays.shape(array))) {
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
    if (!left.isEmpty()) {
      throw new IOException(
          "weights file %s holds %d arrays that the network does not have: %s"
              .formatted(arrays.file(), left.size(), some(left)));
    }
  }

  private static String some(Collection<String> names) {
    return names.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (names.size() > SHOWN ? ", ..." : "");
  }

  private static void copy(Assignment assignment, NamedArrays arrays) throws IOException {
    INDArray parameter = assignment.parameter();
    long rows = parameter.size(0);
    long rowSize = parameter.length() / rows;
    long first = assignment.part() * parameter.length();
    int rowsAtOnce = (int) Math.max(1, Math.min(rows, CHUNK / rowSize));
    for (long row = 0; row < rows; row += rowsAtOnce) {
      long count = Math.min(rowsAtOnce, rows - row);
      double[] values =
          arrays.read(assignment.array(), first + row * rowSize, (int) (count * rowSize));
      long[] shape = parameter.shape().clone();
      shape[0] = count;
      Nd4jTensor.rows(parameter, row, count).assign(Nd4j.create(values, shape, 'c'));
    }
  }
}
