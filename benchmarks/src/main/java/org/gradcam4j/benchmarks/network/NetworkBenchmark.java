package org.gradcam4j.benchmarks.network;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.benchmarks.device.Finished;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A forward pass through the plan, and stock Deeplearning4j's. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class NetworkBenchmark {
  /** The network's id. */
  @Param({"vgg16", "resnet50", "alexnet", "alexnet-torchvision"})
  public String network;

  /** Images at once. */
  @Param({"1", "8", "32"})
  public int batch;

  private TimedNetwork timed;
  private List<NetworkInput> images;
  private INDArray array;

  /** Makes the network and checks that both ways give the same scores. */
  @Setup
  public void setUp() {
    timed = TimedNetwork.of(network);
    images = timed.images(batch);
    float[] pixels = RandomNetwork.pixels(timed.adapter(), 0);
    int size = timed.adapter().preprocessing().height();
    array = Nd4j.create(pixels, new long[] {1, 3, size, size}, 'c');
    timed.checkOnce("forward", this::checkAgainstStock);
    timed.checkOnce("forward of " + batch, this::checkBatch);
  }

  /**
   * Deeplearning4j gives probabilities: their logarithms are the scores up to a common number, here
   * that which makes the first class's score 0.
   */
  private void checkAgainstStock() {
    double[] scores = TimedNetwork.scores(timed.explainer().predict(images.subList(0, 1)).get(0));
    double[] stock = stock().dup().data().asDouble();
    double[] found = new double[scores.length];
    double[] expected = new double[scores.length];
    for (int c = 0; c < scores.length; c++) {
      found[c] = scores[c] - scores[0];
      expected[c] = Math.log(stock[c] / stock[0]);
    }
    TimedNetwork.same("scores", found, expected, TimedNetwork.TOLERANCE);
  }

  /** The last image alone has the scores that it has in the batch. */
  private void checkBatch() {
    List<List<Prediction>> together = forward();
    for (int image : new int[] {0, batch - 1}) {
      TimedNetwork.same(
          "scores in a batch of " + batch,
          TimedNetwork.scores(together.get(image)),
          TimedNetwork.scores(timed.explainer().predict(List.of(images.get(image))).get(0)),
          TimedNetwork.TOLERANCE);
    }
  }

  /** Every class's score and probability of every image, copied to the heap. */
  @Benchmark
  public List<List<Prediction>> forward() {
    return Finished.of(timed.explainer().predict(images));
  }

  /** {@code ComputationGraph.output()}, one image whatever the batch. */
  @Benchmark
  public INDArray stock() {
    return Finished.of(timed.graph().outputSingle(array));
  }
}
