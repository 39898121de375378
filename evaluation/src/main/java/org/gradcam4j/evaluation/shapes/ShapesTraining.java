package org.gradcam4j.evaluation.shapes;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.gradcam4j.image.Photo;
import org.gradcam4j.image.Preprocessing;
import org.gradcam4j.zoo.NetworkAdapter;
import org.gradcam4j.zoo.NetworkAdapter.LoadedNetwork;
import org.gradcam4j.zoo.network.ShapesNet;
import org.gradcam4j.zoo.weights.SafeTensorsWriter;
import org.gradcam4j.zoo.weights.SafeTensorsWriter.Precision;
import org.gradcam4j.zoo.weights.WeightLoader;
import org.gradcam4j.zoo.weights.WeightNames;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Trains the network that ships with the project, by Deeplearning4j's {@code fit}: binary
 * cross-entropy, Adam with a rate that falls to nothing, every scene seen once. First come
 * close-ups of one object, then whole scenes; only what is in them is told, not where.
 *
 * <p>Batch normalisation speeds it up and is folded into the convolutions at the end. Without it
 * and without close-ups the loss was still that of guessing after 10,000 scenes; with normalisation
 * alone, after 6,000. The same options give the same network on the same machine with the same
 * number of native threads ({@code OMP_NUM_THREADS}): sums are rounded by it.
 */
public final class ShapesTraining {
  private static final String NORM = "_norm";
  private static final double EPSILON = 1e-5;
  private static final WeightNames NAMES =
      ShapesNet.shapes().published().keySet().iterator().next();

  /** Cells an axis of the network's last pooling. */
  private static final int CELLS = 2;

  private ShapesTraining() {}

  /** What the network sees, one after the other. */
  enum Phase {
    /** Half the size, one object: cheap, and plain what the answer is about. */
    CLOSE_UPS,
    /** What the network is for. */
    SCENES;

    int count(Options options) {
      return this == CLOSE_UPS ? options.closeUps() : options.scenes();
    }

    int steps(Options options) {
      return (count(options) + options.batch() - 1) / options.batch();
    }

    Scene scene(long seed, int index) {
      return this == CLOSE_UPS
          ? SceneGenerator.closeUp(seed, index)
          : SceneGenerator.scene(seed, index);
    }

    Preprocessing preprocessing(Preprocessing whole) {
      int parts = this == CLOSE_UPS ? CELLS : 1;
      return new Preprocessing(
          whole.height() / parts,
          whole.width() / parts,
          whole.channelOrder(),
          whole.scale(),
          whole.mean(),
          whole.standardDeviation(),
          whole.resampling());
    }
  }

  /**
   * How to train.
   *
   * @param seed of the scenes, the first weights and the dropout
   * @param closeUps how many small scenes of one object it sees first, each once
   * @param scenes how many scenes it sees then, each once
   * @param batch scenes a step
   * @param learningRate Adam's rate at the beginning
   * @param heldOut scenes of another seed that judge the network at the end
   */
  public record Options(
      long seed, int closeUps, int scenes, int batch, double learningRate, int heldOut) {
    /** Checks the numbers. */
    public Options {
      if (closeUps < 1 || scenes < 1 || batch < 1 || heldOut < 1 || !(learningRate > 0)) {
        throw new IllegalArgumentException(
            ("training on %d close-ups and %d scenes, %d a batch, rate %s, judged on %d:"
                    + " expected all above 0")
                .formatted(closeUps, scenes, batch, learningRate, heldOut));
      }
    }

    /** Those of the weights that ship with the project. */
    public static Options defaults() {
      return new Options(1, 20_000, 28_000, 32, 2e-3, 1000);
    }

    /** The seed of the scenes that judge: no scene of the training is among them. */
    public long heldOutSeed() {
      return ~seed;
    }
  }

  /** Is told how the training goes. */
  @FunctionalInterface
  public interface Progress {
    /**
     * After each step.
     *
     * @param seen how many close-ups and scenes were seen
     * @param of how many will be
     * @param loss binary cross-entropy a scene, summed over the classes, in the last step
     * @param secondsLeft an estimate
     */
    void step(int seen, int of, double loss, double secondsLeft);
  }

  /**
   * What came out.
   *
   * @param options how it was trained
   * @param network the network, its weights as they are stored: rounded to 16 bits
   * @param report what it is worth on held-out scenes
   * @param seconds how long the training took by the clock, without the report
   * @param cpuSeconds by the processor, all cores
   */
  public record Result(
      Options options,
      LoadedNetwork network,
      ShapesReport report,
      double seconds,
      double cpuSeconds) {
    /**
     * Writes the weights as safetensors, with how they came about.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
      Map<String, String> about = new TreeMap<>();
      about.put("network", network.adapter().id());
      about.put("seed", Long.toString(options.seed()));
      about.put("close_ups", Integer.toString(options.closeUps()));
      about.put("scenes", Integer.toString(options.scenes()));
      about.put("epochs", "1, every scene is seen once");
      about.put("batch", Integer.toString(options.batch()));
      about.put("learning_rate", Double.toString(options.learningRate()));
      about.put("held_out_scenes", Integer.toString(report.scenes()));
      about.put("held_out_mean_average_precision", figure(report.meanAveragePrecision()));
      about.put("held_out_grad_cam_pointing", figure(report.gradCam().maximumInOwn()));
      about.put("date", LocalDate.now(ZoneOffset.UTC).toString());
      SafeTensorsWriter.write(
          file, WeightLoader.arrays(network.graph(), NAMES), Precision.F16, about);
    }

    private static String figure(double value) {
      return String.format(Locale.ROOT, "%.4f", value);
    }
  }

  /**
   * Trains and judges.
   *
   * @throws IllegalStateException if the loss is no longer a number: the rate is too high
   */
  public static Result run(Options options, Progress progress) {
    NetworkAdapter adapter = ShapesNet.shapes();
    long start = System.nanoTime();
    double cpu = cpuSeconds();
    ComputationGraph small = graph(adapter, options, Phase.CLOSE_UPS, true);
    fit(small, options, Phase.CLOSE_UPS, adapter, progress, start);
    ComputationGraph graph = graph(adapter, options, Phase.SCENES, true);
    widen(small, graph);
    fit(graph, options, Phase.SCENES, adapter, progress, start);
    LoadedNetwork network =
        new LoadedNetwork(adapter, folded(adapter, graph), adapter.preprocessing());
    double seconds = seconds(start);
    double cpuSeconds = cpuSeconds() - cpu;
    ShapesReport report =
        ShapesReport.of(network, options.heldOutSeed(), options.heldOut(), options.heldOut());
    return new Result(options, network, report, seconds, cpuSeconds);
  }

  /**
   * The network with random weights and an optimiser, and with batch normalisation after all of its
   * convolutions but the first.
   *
   * @param oneDnn whether its convolutions are computed by oneDNN
   */
  static ComputationGraph graph(
      NetworkAdapter adapter, Options options, Phase phase, boolean oneDnn) {
    ComputationGraph stock = adapter.graph(DataType.FLOAT);
    ComputationGraphConfiguration conf = stock.getConfiguration();
    Adam adam =
        new Adam(
            new PolySchedule(
                ScheduleType.ITERATION, options.learningRate(), 1, phase.steps(options)));
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(options.seed())
            .dataType(DataType.FLOAT)
            .updater(adam)
            .graphBuilder()
            .addInputs(conf.getNetworkInputs());
    Map<String, String> renamed = new HashMap<>();
    for (GraphVertex vertex : stock.getVertices()) {
      String name = vertex.getVertexName();
      if (!(conf.getVertices().get(name) instanceof LayerVertex layerVertex)) {
        continue;
      }
      Layer layer = layerVertex.getLayerConf().getLayer().clone();
      if (layer instanceof BaseLayer trained) {
        trained.setIUpdater(adam);
        trained.setBiasUpdater(adam);
      }
      if (oneDnn && layer instanceof ConvolutionLayer convolution) {
        layer = OneDnnConvolution.of(convolution);
      }
      InputPreProcessor before = layerVertex.getPreProcessor();
      if (phase == Phase.CLOSE_UPS && layer instanceof DenseLayer dense) {
        long channels = dense.getNIn() / (CELLS * CELLS);
        dense.setNIn(channels);
        before = new CnnToFeedForwardPreProcessor(1, 1, channels);
      }
      String source = conf.getVertexInputs().get(name).get(0);
      builder.addLayer(name, layer, before, renamed.getOrDefault(source, source));
      if (layer instanceof ConvolutionLayer convolution && !source.equals("input")) {
        int channels = (int) convolution.getNOut();
        builder.addLayer(
            name + NORM,
            new BatchNormalization.Builder()
                .nIn(channels)
                .nOut(channels)
                .eps(EPSILON)
                .useLogStd(false)
                .build(),
            name);
        renamed.put(name, name + NORM);
      }
    }
    conf.getNetworkOutputs().forEach(builder::setOutputs);
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }

  private static void fit(
      ComputationGraph graph,
      Options options,
      Phase phase,
      NetworkAdapter adapter,
      Progress progress,
      long start) {
    int total = options.closeUps() + options.scenes();
    for (int first = 0; first < phase.count(options); first += options.batch()) {
      int count = Math.min(options.batch(), phase.count(options) - first);
      graph.fit(batch(options.seed(), first, count, phase, adapter));
      int seen = (phase == Phase.SCENES ? options.closeUps() : 0) + first + count;
      if (!Double.isFinite(graph.score())) {
        throw new IllegalStateException(
            "the loss is %s after %d scenes: train with a lower rate than %s"
                .formatted(graph.score(), seen, options.learningRate()));
      }
      progress.step(
          seen,
          total,
          graph.score(),
          seconds(start) * (work(options, total) / work(options, seen) - 1));
    }
  }

  /** A close-up has a quarter of a scene's pixels. */
  private static double work(Options options, int seen) {
    int closeUps = Math.min(seen, options.closeUps());
    return closeUps / 4.0 + (seen - closeUps);
  }

  /**
   * Copies what was learnt on close-ups, whose last pooling has one cell, into the network for
   * scenes, whose last pooling has four: the dense layer reads each as it read the one.
   */
  private static void widen(ComputationGraph from, ComputationGraph to) {
    for (org.deeplearning4j.nn.api.Layer layer : to.getLayers()) {
      String name = layer.conf().getLayer().getLayerName();
      layer
          .paramTable()
          .forEach(
              (key, parameter) -> {
                INDArray learnt = from.getLayer(name).getParam(key);
                boolean wider = parameter.length() > learnt.length();
                parameter.assign(wider ? learnt.repeat(0, CELLS * CELLS) : learnt);
              });
    }
  }

  /**
   * The network itself, batch normalisation folded into the convolutions before it:
   *
   * <pre>w' = w gamma / sqrt(var + epsilon)    b' = (b - mean) gamma / sqrt(var + epsilon) + beta
   * </pre>
   *
   * and all weights as the file will hold them.
   */
  static ComputationGraph folded(NetworkAdapter adapter, ComputationGraph trained) {
    ComputationGraph graph = adapter.graph(DataType.FLOAT);
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      String name = layer.conf().getLayer().getLayerName();
      for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
        parameter.getValue().assign(trained.getLayer(name).getParam(parameter.getKey()));
      }
      if (trained.getVertex(name + NORM) != null) {
        Map<String, INDArray> norm = trained.getLayer(name + NORM).paramTable();
        INDArray factor =
            norm.get("gamma").div(Transforms.sqrt(norm.get("var").add(EPSILON))).reshape(-1);
        INDArray weights = layer.getParam("W");
        weights.muli(factor.reshape(-1, 1, 1, 1).broadcast(weights.shape()));
        INDArray bias = layer.getParam("b");
        bias.subi(norm.get("mean").reshape(bias.shape()));
        bias.muli(factor.reshape(bias.shape()));
        bias.addi(norm.get("beta").reshape(bias.shape()));
      }
    }
    graph.params().assign(graph.params().castTo(DataType.FLOAT16).castTo(DataType.FLOAT));
    return graph;
  }

  /** Scenes from the first on and, for each class, whether they show it. */
  static DataSet batch(long seed, int first, int count, Phase phase, NetworkAdapter adapter) {
    List<Scene> scenes =
        IntStream.range(first, first + count)
            .parallel()
            .mapToObj(i -> phase.scene(seed, i))
            .toList();
    List<Photo> photos = scenes.stream().map(Scene::image).toList();
    Preprocessing preprocessing = phase.preprocessing(adapter.preprocessing());
    INDArray input = preprocessing.batch(photos);
    float[][] answers = new float[count][ShapesNet.CLASSES.size()];
    for (int i = 0; i < count; i++) {
      for (String name : scenes.get(i).classNames()) {
        answers[i][ShapesNet.CLASSES.indexOf(name)] = 1;
      }
    }
    return new DataSet(input, Nd4j.createFromArray(answers));
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
