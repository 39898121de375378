package org.gradcam4j.benchmarks.network;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.method.SaliencyMap;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;

/** A network that stays from one benchmark to the next, and what of it has been checked. */
public final class TimedNetwork {
  /** How far scores may be apart, relative to the largest. */
  public static final double TOLERANCE = 1e-4;

  private static TimedNetwork current;

  private final NetworkAdapter adapter;
  private final ComputationGraph graph;
  private final Explainer explainer;
  private final Set<String> checked = new HashSet<>();
  private List<NetworkInput> images = List.of();

  private TimedNetwork(NetworkAdapter adapter) {
    this.adapter = adapter;
    this.graph = RandomNetwork.graph(adapter);
    this.explainer = explainer(adapter, graph);
  }

  /** The network of that id; the one before, if it was another, is freed. */
  static synchronized TimedNetwork of(String id) {
    if (current == null || !current.adapter.id().equals(id)) {
      if (current != null) {
        current.explainer.close();
        current.graph.close();
      }
      current = new TimedNetwork(Zoo.find(id));
    }
    return current;
  }

  /** An explainer of such a network; its self-check would time stock Deeplearning4j. */
  public static Explainer explainer(NetworkAdapter adapter, ComputationGraph graph) {
    return Explainer.builder(graph, adapter.preprocessing())
        .defaultLayer(adapter.defaultLayer())
        .selfCheck(false)
        .build();
  }

  NetworkAdapter adapter() {
    return adapter;
  }

  ComputationGraph graph() {
    return graph;
  }

  Explainer explainer() {
    return explainer;
  }

  /** The first images of an endless row. */
  List<NetworkInput> images(int count) {
    if (images.size() < count) {
      images = RandomNetwork.images(adapter, count);
    }
    return images.subList(0, count);
  }

  /** Checks once in the life of the network. */
  void checkOnce(String what, Runnable check) {
    if (!checked.contains(what)) {
      check.run();
      checked.add(what);
    }
  }

  /** The scores of an image of a batch. */
  static double[] scores(List<Prediction> predictions) {
    return predictions.stream().mapToDouble(Prediction::logit).toArray();
  }

  static double[] values(SaliencyMap map) {
    double[] values = new double[map.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = map.values()[i];
    }
    return values;
  }

  /**
   * Checks numbers against a reference.
   *
   * @throws IllegalStateException if one is further away than the tolerance times the largest
   */
  public static void same(String what, double[] found, double[] expected, double tolerance) {
    if (found.length != expected.length) {
      throw new IllegalStateException(
          what + ": " + found.length + " numbers, expected " + expected.length);
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < found.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      // NaN stays: no number compares as larger.
      difference = Math.max(difference, Math.abs(found[i] - expected[i]));
    }
    if (!(difference <= tolerance * largest)) {
      throw new IllegalStateException(
          "%s: differs by %.3g from the reference, whose largest number is %.3g"
              .formatted(what, difference, largest));
    }
  }
}
