package org.gradcam4j.benchmarks;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.Explainer;
import org.gradcam4j.Explanation;
import org.gradcam4j.NetworkInput;
import org.gradcam4j.Prediction;
import org.gradcam4j.Target;
import org.gradcam4j.method.GradCam;
import org.gradcam4j.method.GuidedBackpropagation;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.Zoo;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whole networks with random weights on one image: what a user waits for, beside stock
 * Deeplearning4j's forward pass.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
// One fork: a network of 0.5 GB takes longer to make than to time.
@Fork(1)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 4)
public class NetworkBenchmark {
  /** The network's id. */
  @Param({"vgg16", "alexnet", "resnet50"})
  public String model;

  private ComputationGraph graph;
  private Explainer explainer;
  private List<NetworkInput> image;
  private INDArray array;

  /** Makes the network and checks that both ways give the same output. */
  @Setup
  public void setUp() {
    NetworkAdapter adapter = Zoo.find(model);
    graph = adapter.graph(DataType.FLOAT);
    int size = adapter.preprocessing().height();
    float[] values = new float[3 * size * size];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    image = List.of(NetworkInput.of("random", 3, size, size, values));
    array = Nd4j.create(values, new long[] {1, 3, size, size}, 'c');
    explainer =
        Explainer.builder(graph, adapter.preprocessing())
            .defaultLayer(adapter.defaultLayer())
            .selfCheck(false)
            .build();
    List<Prediction> predictions = explainer.predict(image).get(0);
    INDArray stock = graph.outputSingle(array);
    for (Prediction prediction : predictions) {
      double expected = stock.getDouble(0, prediction.index());
      if (!(Math.abs(prediction.probability() - expected)
          <= 1e-3 * stock.maxNumber().doubleValue())) {
        throw new IllegalStateException("class " + prediction + ": stock gives " + expected);
      }
    }
  }

  /** Frees the network. */
  @TearDown
  public void tearDown() {
    explainer.close();
    graph.close();
  }

  /** The peer: {@code ComputationGraph.output()}. */
  @Benchmark
  public INDArray stockForward() {
    return graph.outputSingle(array);
  }

  /** The forward pass through the plan. */
  @Benchmark
  public List<List<Prediction>> forward() {
    return explainer.predict(image);
  }

  /** Forward and Grad-CAM for the highest class. */
  @Benchmark
  public List<Explanation> gradCam() {
    return explainer.explain(image, List.of(new GradCam()), List.of(Target.topPredicted()));
  }

  /** Forward and Grad-CAM for five classes. */
  @Benchmark
  public List<Explanation> gradCamFiveClasses() {
    return explainer.explain(image, List.of(new GradCam()), List.of(Target.top(5)));
  }

  /** Forward and guided backpropagation down to the input. */
  @Benchmark
  public List<Explanation> guidedBackpropagation() {
    return explainer.explain(
        image, List.of(new GuidedBackpropagation()), List.of(Target.topPredicted()));
  }
}
