package org.gradcam4j.benchmarks.network;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Target;
import org.gradcam4j.benchmarks.device.Finished;
import org.gradcam4j.method.Occlusion;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A whole occlusion map of the highest class, the network's own pass included. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class OcclusionBenchmark {
  /** Side of the patch in pixels. */
  public static final int PATCH = 45;

  /** How many positions are compared with whole inference, the corners among them. */
  private static final int CHECKED = 9;

  /** The network's id. */
  @Param({"vgg16", "resnet50", "alexnet", "alexnet-torchvision"})
  public String network;

  /** Pixels from one position to the next. */
  @Param("8")
  public int stride;

  private TimedNetwork timed;
  private Occlusion occlusion;

  /** How many positions a patch has along an axis. */
  public static int positions(int size, int stride) {
    return (size + stride - 1) / stride;
  }

  /** Makes the network and checks positions against inference on covered images. */
  @Setup
  public void setUp() {
    timed = TimedNetwork.of(network);
    occlusion = new Occlusion(PATCH, stride);
    timed.checkOnce("occlusion " + stride, this::checkWholeInference);
  }

  private void checkWholeInference() {
    Explanation explanation = explain().get(0);
    int size = timed.adapter().preprocessing().height();
    int side = positions(size, stride);
    int[] shape = explanation.map().shape();
    if (shape[0] != side || shape[1] != side) {
      throw new IllegalStateException(
          "%d x %d positions, expected %d x %d".formatted(shape[0], shape[1], side, side));
    }
    int target = explanation.target().index();
    double score = explanation.target().logit();
    int[] cells =
        IntStream.range(0, CHECKED)
            .map(i -> i / 3 * (side - 1) / 2 * side + i % 3 * (side - 1) / 2)
            .toArray();
    List<NetworkInput> covered =
        IntStream.of(cells).mapToObj(cell -> covered(cell / side, cell % side, size)).toList();
    double[] expected =
        timed.explainer().predict(covered).stream()
            .mapToDouble(classes -> classes.get(target).logit())
            .toArray();
    double[] found =
        IntStream.of(cells).mapToDouble(cell -> score - explanation.map().values()[cell]).toArray();
    TimedNetwork.same("occlusion", found, expected, TimedNetwork.TOLERANCE);
  }

  /** The first image under a patch of zeros in the middle of the square of that cell. */
  private NetworkInput covered(int row, int column, int size) {
    float[] pixels = RandomNetwork.pixels(timed.adapter(), 0);
    int top = row * stride + stride / 2 - PATCH / 2;
    int left = column * stride + stride / 2 - PATCH / 2;
    for (int i = 0; i < pixels.length; i++) {
      int y = i / size % size;
      int x = i % size;
      if (y >= top && y < top + PATCH && x >= left && x < left + PATCH) {
        pixels[i] = 0;
      }
    }
    return NetworkInput.of("covered", 3, size, size, pixels);
  }

  /** The map of the first image. */
  @Benchmark
  public List<Explanation> explain() {
    return Finished.of(
        timed
            .explainer()
            .explain(timed.images(1), List.of(occlusion), List.of(Target.topPredicted())));
  }
}
