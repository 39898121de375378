package org.gradcam4j.evaluation.shapes;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.NetworkAdapter.LoadedNetwork;
import org.gradcam4j.zoo.network.ShapesNet;
import org.gradcam4j.zoo.weights.SafeTensorsWriter;
import org.gradcam4j.zoo.weights.SafeTensorsWriter.Precision;
import org.gradcam4j.zoo.weights.WeightLoader;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Trains the network that ships with the project, by Deeplearning4j's {@code fit}: binary
 * cross-entropy, Adam with a rate that falls to nothing, every scene seen once.
 *
 * <p>The same options give the same network on the same machine.
 */
public final class ShapesTraining {
  private ShapesTraining() {}

  /**
   * How to train.
   *
   * @param seed of the scenes, the first weights and the dropout
   * @param scenes how many the network sees, each once
   * @param batch scenes a step
   * @param learningRate Adam's rate at the beginning
   * @param heldOut scenes of another seed that judge the network at the end
   */
  public record Options(long seed, int scenes, int batch, double learningRate, int heldOut) {
    /** Checks the numbers. */
    public Options {
      if (scenes < 1 || batch < 1 || heldOut < 1 || !(learningRate > 0)) {
        throw new IllegalArgumentException(
            "training on %d scenes, %d a batch, rate %s, judged on %d: expected all above 0"
                .formatted(scenes, batch, learningRate, heldOut));
      }
    }

    /** Those of the weights that ship with the project. */
    public static Options defaults() {
      return new Options(1, 40_000, 32, 1e-3, 1000);
    }

    /** The seed of the scenes that judge: no scene of the training is among them. */
    public long heldOutSeed() {
      return ~seed;
    }

    private int steps() {
      return (scenes + batch - 1) / batch;
    }
  }

  /** Is told how the training goes. */
  @FunctionalInterface
  public interface Progress {
    /**
     * After each step.
     *
     * @param scenes how many were seen
     * @param of how many will be
     * @param loss binary cross-entropy a scene, summed over the classes, in the last step
     * @param secondsLeft an estimate
     */
    void step(int scenes, int of, double loss, double secondsLeft);
  }

  /**
   * What came out.
   *
   * @param options how it was trained
   * @param network the network, its weights as they are stored: rounded to 16 bits
   * @param seconds how long the training took by the clock
   * @param cpuSeconds by the processor, all cores
   */
  public record Result(
      Options options, LoadedNetwork network, double seconds, double cpuSeconds) {
  }

  /** Trains. */
  public static Result run(Options options, Progress progress) {
    NetworkAdapter adapter = ShapesNet.shapes();
    long start = System.nanoTime();
    double cpu = cpuSeconds();
    ComputationGraph graph = graph(adapter, options);
    for (int first = 0; first < options.scenes(); first += options.batch()) {
      int count = Math.min(options.batch(), options.scenes() - first);
      graph.fit(batch(options.seed(), first, count, adapter.preprocessing()));
      int seen = first + count;
      double elapsed = seconds(start);
      progress.step(
          seen,
          options.scenes(),
          graph.score(),
          elapsed * (options.scenes() - seen) / seen);
    }
    LoadedNetwork network = new LoadedNetwork(adapter, graph, adapter.preprocessing());
    return new Result(options, network, seconds(start), cpuSeconds() - cpu);
  }

  /** The network with random weights and an optimiser. */
  private static ComputationGraph graph(NetworkAdapter adapter, Options options) {
    ComputationGraphConfiguration conf = adapter.graph(DataType.FLOAT).getConfiguration().clone();
    conf.getDefaultConfiguration().setSeed(options.seed());
    for (GraphVertex vertex : conf.getVertices().values()) {
      if (vertex instanceof LayerVertex layer
          && layer.getLayerConf().getLayer() instanceof BaseLayer trained) {
        Adam adam =
            new Adam(
                new PolySchedule(
                    ScheduleType.ITERATION, options.learningRate(), 1, options.steps()));
        trained.setIUpdater(adam);
        trained.setBiasUpdater(adam);
        if (trained instanceof ConvolutionLayer convolution && !Boolean.getBoolean("stock")) {
          layer.getLayerConf().setLayer(OneDnnConvolution.of(convolution));
        }
      }
    }
    ComputationGraph graph = new ComputationGraph(conf);
    graph.init();
    return graph;
  }

  /** Scenes first to first + count - 1 and, for each class, whether they show it. */
  private static DataSet batch(long seed, int first, int count, Preprocessing preprocessing) {
    List<Scene> scenes =
        IntStream.range(first, first + count)
            .parallel()
            .mapToObj(i -> SceneGenerator.scene(seed, i))
            .toList();
    List<Photo> photos = scenes.stream().map(Scene::image).toList();
    float[][] answers = new float[count][ShapesNet.CLASSES.size()];
    for (int i = 0; i < count; i++) {
      for (String name : scenes.get(i).classNames()) {
        answers[i][ShapesNet.CLASSES.indexOf(name)] = 1;
      }
    }
    return new DataSet(preprocessing.batch(photos), Nd4j.createFromArray(answers));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Of this process, all threads; 0 where the platform does not say. */
  private static double cpuSeconds() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e9
        : 0;
  }
}
