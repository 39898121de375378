package org.gradcam4j.benchmarks.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.benchmarks.network.RandomNetwork;
import org.gradcam4j.benchmarks.network.TimedNetwork;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The same networks with the same weights in libtorch. Images lie in its memory and layout before
 * the clock starts; results come back to the heap.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class LibtorchBenchmark {
  private static Peer current;

  /** The network's id. */
  @Param({"vgg16", "resnet50", "alexnet", "alexnet-torchvision"})
  public String network;

  /** How activations and weights lie in memory. */
  @Param public LibtorchNetwork.Layout layout;

  /** Images at once. */
  @Param({"1", "8", "32"})
  public int batch;

  private Peer peer;
  private LibtorchNetwork libtorch;
  private NDManager memory;
  private NDArray images;

  /**
   * A network in libtorch that stays from one benchmark to the next, and what gradcam4j says of its
   * images.
   */
  private static final class Peer {
    private static final int FIRST_IMAGES = 2;

    private final NetworkAdapter adapter;
    private final Map<LibtorchNetwork.Layout, LibtorchNetwork> layouts =
        new EnumMap<>(LibtorchNetwork.Layout.class);
    private final double[][] scores;
    private final double[] gradCam;

    Peer(NetworkAdapter adapter) {
      this.adapter = adapter;
      ComputationGraph graph = RandomNetwork.graph(adapter);
      List<NetworkInput> first = RandomNetwork.images(adapter, FIRST_IMAGES);
      try (Explainer explainer = TimedNetwork.explainer(adapter, graph)) {
        scores =
            explainer.predict(first).stream()
                .map(image -> image.stream().mapToDouble(Prediction::logit).toArray())
                .toArray(double[][]::new);
        float[] map =
            explainer
                .explain(
                    first.subList(0, 1), List.of(new GradCam()), List.of(Target.topPredicted()))
                .get(0)
                .map()
                .values();
        gradCam = doubles(map);
        for (LibtorchNetwork.Layout layout : LibtorchNetwork.Layout.values()) {
          layouts.put(layout, new LibtorchNetwork(explainer.plan(), layout));
        }
      }
      graph.close();
    }

    void close() {
      layouts.values().forEach(LibtorchNetwork::close);
    }
  }

  private static synchronized Peer peer(String id) {
    if (current == null || !current.adapter.id().equals(id)) {
      if (current != null) {
        current.close();
      }
      current = new Peer(Zoo.find(id));
    }
    return current;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /** Makes the network and checks its scores and its map against gradcam4j's. */
  @Setup
  public void setUp() {
    peer = peer(network);
    libtorch = peer.layouts.get(layout);
    memory = libtorch.manager();
    int size = peer.adapter.preprocessing().height();
    float[] pixels = new float[batch * 3 * size * size];
    for (int i = 0; i < batch; i++) {
      float[] image = RandomNetwork.pixels(peer.adapter, i);
      System.arraycopy(image, 0, pixels, i * image.length, image.length);
    }
    images = libtorch.images(memory, pixels, new Shape(batch, 3, size, size));
    float[] scores = forward();
    int classes = peer.scores[0].length;
    for (int i = 0; i < Math.min(batch, peer.scores.length); i++) {
      TimedNetwork.same(
          "libtorch's scores",
          doubles(Arrays.copyOfRange(scores, i * classes, (i + 1) * classes)),
          peer.scores[i],
          TimedNetwork.TOLERANCE);
    }
    if (batch == 1) {
      TimedNetwork.same("libtorch's Grad-CAM", doubles(gradCam()), peer.gradCam, 1e-3);
    }
  }

  /** Frees the images. */
  @TearDown
  public void tearDown() {
    memory.close();
  }

  /** The scores of the batch. */
  @Benchmark
  public float[] forward() {
    try (NDManager results = memory.newSubManager()) {
      return libtorch.forward(input(results)).toFloatArray();
    }
  }

  /** Grad-CAM of the first image's highest class. */
  @Benchmark
  public float[] gradCam() {
    try (NDManager results = memory.newSubManager()) {
      return libtorch.gradCam(input(results), peer.adapter.defaultLayer()).toFloatArray();
    }
  }

  /** The images, not copied; what is computed from them lives as long as the results. */
  private NDArray input(NDManager results) {
    NDArray input = images.stopGradient();
    input.attach(results);
    return input;
  }
}
